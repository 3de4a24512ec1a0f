import type { Page } from 'playwright';

/**
 * What is wrong with the page as it stands, by measure: letters that do not stand out from what is behind them (WCAG 2.2 AA, 1.4.3),
 * controls without a name (4.1.2), and what lies outside of the window. Controls that are disabled are exempt from the first, as there.
 * What comes in or goes out is judged where it comes to rest: even the shortest transition takes until the next frame, which a busy machine draws late.
 */
export function audit(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const moving = (): Animation[] => document.getAnimations().filter(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
    for (let some = moving(); some.length > 0; some = moving()) await Promise.allSettled(some.map(({ finished }) => finished));
    type Colour = [number, number, number, number];
    const found = new Set<string>();
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })!;
    const known = new Map<string, Colour>();
    const read = (css: string): Colour => {
      let colour = known.get(css);
      if (!colour) {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = css;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        colour = [r!, g!, b!, a! / 255];
        known.set(css, colour);
      }
      return colour;
    };
    const over = ([r, g, b, a]: Colour, [r2, g2, b2]: Colour): Colour => [r * a + r2 * (1 - a), g * a + g2 * (1 - a), b * a + b2 * (1 - a), 1];
    const luminance = ([r, g, b]: Colour): number => {
      const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
    };
    const ratio = (a: Colour, b: Colour): number => {
      const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
      return (x! + 0.05) / (y! + 0.05);
    };
    const chain = (element: Element | null): Element[] => (element ? [element, ...chain(element.parentElement)] : []);
    const behind = (element: Element): Colour => chain(element).reverse().reduce<Colour>((back, part) => over(read(getComputedStyle(part).backgroundColor), back), [255, 255, 255, 1]);
    const exempt = '[disabled], [aria-disabled="true"], [data-disabled], [inert]';
    const visible = (element: Element): boolean => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
    const judge = (element: Element, text: string, css: string, size: number, weight: number): void => {
      if (element.closest(exempt) || element.closest('label')?.querySelector(exempt) || element.parentElement?.querySelector(':scope > input:disabled')) return;
      const back = behind(element);
      const [r, g, b, a] = read(css);
      const opacity = chain(element).reduce((all, part) => all * Number(getComputedStyle(part).opacity), 1);
      const contrast = ratio(over([r, g, b, a * opacity], back), back);
      const wanted = size >= 24 || (size >= 18.66 && weight >= 700) ? 3 : 4.5;
      if (contrast < wanted - 0.01) found.add(`contrast ${contrast.toFixed(2)}: "${text.trim().slice(0, 40)}" ${element.tagName.toLowerCase()}.${element.className}`);
      if (size < 11) found.add(`${size}px letters: "${text.trim().slice(0, 40)}"`);
    };
    const open = [...document.querySelectorAll('[role="dialog"]')].findLast(visible);
    const scope = open ?? document.body;
    const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement!;
      if (!node.textContent!.trim() || ['SCRIPT', 'STYLE', 'TITLE'].includes(element.tagName) || !visible(element)) continue;
      const style = getComputedStyle(element);
      judge(element, node.textContent!, element instanceof SVGElement ? style.fill : style.color, Number.parseFloat(style.fontSize), Number(style.fontWeight));
    }
    for (const input of scope.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input[placeholder], textarea[placeholder]')) {
      if (input.value !== '' || !visible(input)) continue;
      const style = getComputedStyle(input, '::placeholder');
      judge(input, input.placeholder, style.color, Number.parseFloat(style.fontSize), Number(style.fontWeight));
    }
    const controls = scope.querySelectorAll<HTMLElement>('button, a, input, textarea, select, [role="tree"], [role="table"], [role="log"], [role="textbox"]');
    for (const control of controls) {
      if (!visible(control) || control.closest('[aria-hidden="true"]')) continue;
      const labels = 'labels' in control ? [...((control as HTMLInputElement).labels ?? [])].map((label) => label.textContent) : [];
      const labelled = (control.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
      const name = [control.getAttribute('aria-label'), control.getAttribute('title'), ...labels, ...labelled, control.tagName === 'BUTTON' || control.tagName === 'A' ? control.textContent : ''].join('').trim();
      if (name === '') found.add(`no name: ${control.outerHTML.slice(0, 120)}`);
      const { left, right } = control.getBoundingClientRect();
      if (left < -1 || right > innerWidth + 1) found.add(`outside of the window: ${name.slice(0, 60)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight) found.add('the page itself scrolls');
    return [...found];
  });
}
