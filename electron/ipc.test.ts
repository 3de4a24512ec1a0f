import type { IpcMainEvent, WebContents } from 'electron';
import { expect, test } from 'vitest';
import { isTrusted } from './ipc.ts';

const mainFrame = { url: 'app://quorate/index.html' };
const contents = { mainFrame } as unknown as WebContents;
const event = (sender: unknown, senderFrame: unknown) => ({ sender, senderFrame }) as unknown as IpcMainEvent;

test('the top frame of our window with our page is trusted', () => {
  expect(isTrusted(event(contents, mainFrame), contents)).toBe(true);
});

test('another window, a frame inside, a frame that is gone and a foreign page are not', () => {
  expect(isTrusted(event({}, mainFrame), contents)).toBe(false);
  expect(isTrusted(event(contents, { url: 'app://quorate/index.html' }), contents)).toBe(false);
  expect(isTrusted(event(contents, null), contents)).toBe(false);
  const foreign = { url: 'https://example.com/' };
  const navigated = { mainFrame: foreign } as unknown as WebContents;
  expect(isTrusted(event(navigated, foreign), navigated)).toBe(false);
});
