import { TRPCClientError } from '@trpc/client';
import { Code } from '../../core/base/etcd-error.ts';
import type { ErrorData } from '../../core/contract/router.ts';
import { messageOf } from '../app/desk.ts';
import type { Translate } from '../i18n/index.ts';

/** The text of a failure; a request that the server does not know is said to be that. */
export function explain(t: Translate, error: unknown): string {
  const data = error instanceof TRPCClientError ? (error.data as ErrorData | undefined) : undefined;
  return data?.grpcCode === Code.unimplemented ? t('notOffered', { reason: messageOf(error) }) : messageOf(error);
}
