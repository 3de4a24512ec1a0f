import { notifications } from '@mantine/notifications';
import { messageOf } from './failure.ts';

/** A failure that has no place of its own on the screen. */
export function notifyError(title: string, error: unknown): void {
  notifications.show({ color: 'red', title, message: messageOf(error), autoClose: 8_000 });
}

export function notifyDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 2_500 });
}
