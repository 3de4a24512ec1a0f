import { notifications, type NotificationData } from '@mantine/notifications';
import { useUi } from '../app/ui-store.ts';
import { translate } from '../i18n/index.ts';
import { messageOf } from './failure.ts';

/** A failure that has no place of its own on the screen. */
export function notifyError(title: string, error: unknown): void {
  show({ color: 'red', title, message: messageOf(error), autoClose: 8_000 });
}

export function notifyDone(message: string): void {
  show({ color: 'teal', message, autoClose: 2_500 });
}

function show(notification: NotificationData): void {
  notifications.show({ ...notification, closeButtonProps: { 'aria-label': translate(useUi.getState().language, 'close') } });
}
