import { TRPCClientError } from '@trpc/client';
import { Code } from '../../core/base/etcd-error.ts';
import type { DeskErrorCode } from '../../core/contract/desk-api.ts';
import type { ErrorData } from '../../core/contract/router.ts';
import type { Translate } from '../i18n/index.ts';

/** The text of a failure, for the user. */
export function messageOf(error: unknown): string {
  if (error instanceof TRPCClientError) {
    // zod's refusals arrive as a JSON list.
    try {
      const issues = JSON.parse(error.message) as { message?: string }[];
      return issues.map((issue) => issue.message).filter(Boolean).join('; ') || error.message;
    } catch {
      return error.message;
    }
  }
  return error instanceof Error ? error.message : String(error);
}

/** What kind of failure it is, where the desk tells. */
export function codeOf(error: unknown): DeskErrorCode | undefined {
  return error instanceof TRPCClientError ? (error.data as ErrorData | undefined)?.code : undefined;
}

/** As `messageOf`; a request that the server does not know is said to be that, and for a full database what helps. */
export function explain(t: Translate, error: unknown): string {
  const data = error instanceof TRPCClientError ? (error.data as ErrorData | undefined) : undefined;
  if (data?.grpcCode === Code.resourceExhausted && /space exceeded/.test(messageOf(error))) return t('noSpaceHelp', { reason: messageOf(error) });
  return data?.grpcCode === Code.unimplemented ? t('notOffered', { reason: messageOf(error) }) : messageOf(error);
}
