import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { display, ofText } from '../../ui/byte-text.ts';
import { tags } from '@lezer/highlight';

const darkHighlight = HighlightStyle.define([
  { tag: tags.string, color: '#9ecb8f' }, { tag: tags.number, color: '#e0a971' }, { tag: [tags.bool, tags.null], color: '#c79bf0' }, { tag: tags.propertyName, color: '#93b7f5' },
]);

export interface CodeEditorProps {
  value: string;
  language: 'text' | 'json';
  readOnly?: boolean;
  label: string;
  onChange?: (value: string) => void;
  onSave?: () => void;
}

/** A character that cannot be seen, written as in the name of a key; fonts lack the pictures of control characters. */
function escaped(code: number, description: string | null): HTMLElement {
  const place = document.createElement('span');
  place.className = 'cm-specialChar';
  const char = String.fromCodePoint(code);
  const shown = display(ofText(char));
  place.textContent = shown === char ? `\\u{${code.toString(16)}}` : shown;
  place.title = description ?? '';
  place.setAttribute('aria-label', place.title);
  return place;
}

/** What other systems' clipboards end lines with stays out of a value that does not have it already. */
const ownLineEnds = (text: string, state: EditorState): string => (state.doc.toString().includes('\r') ? text : text.replaceAll('\r\n', '\n'));

/** CodeMirror, as a controlled field: a value from outside replaces the text when it differs. */
export function CodeEditor({ value, language, readOnly = false, label, onChange, onSave }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const parts = useRef({ language: new Compartment(), theme: new Compartment() });
  const handlers = useRef({ onChange, onSave });
  handlers.current = { onChange, onSave };
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    const editor = new EditorView({
      parent: place.current!,
      state: EditorState.create({
        doc: value,
        extensions: [
          // A carriage return is a character like others, shown as one: an editor that took it for an end of line would drop it.
          EditorState.lineSeparator.of('\n'), highlightSpecialChars({ render: escaped }), EditorView.clipboardInputFilter.of(ownLineEnds),
          lineNumbers(), history(), drawSelection(), bracketMatching(), EditorView.lineWrapping, EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ 'aria-label': label }),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (handlers.current.onSave?.(), true) },
            ...defaultKeymap, ...historyKeymap, indentWithTab,
          ]),
          parts.current.language.of([]), parts.current.theme.of([]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
    // Made once; later values come in below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const { language: languagePart, theme } = parts.current;
    view.current?.dispatch({
      effects: [languagePart.reconfigure(language === 'json' ? json() : []), theme.reconfigure([EditorView.theme({}, { dark: scheme === 'dark' }), syntaxHighlighting(scheme === 'dark' ? darkHighlight : defaultHighlightStyle)])],
    });
  }, [language, scheme]);

  return <div className="code-editor" ref={place} data-readonly={readOnly || undefined} />;
}
