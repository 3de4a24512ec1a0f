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

const dataOf = (error: unknown): ErrorData | undefined => (error instanceof TRPCClientError ? (error.data as ErrorData | undefined) : undefined);

/** What kind of failure it is, where the desk tells. */
export const codeOf = (error: unknown): DeskErrorCode | undefined => dataOf(error)?.code;

/** The gRPC status of a cluster's own error. */
export const grpcCodeOf = (error: unknown): number | undefined => dataOf(error)?.grpcCode;

/** As `messageOf`; a request that the server does not know is said to be that, and for a full database what helps. */
export function explain(t: Translate, error: unknown): string {
  const code = grpcCodeOf(error);
  if (code === Code.resourceExhausted && /space exceeded/.test(messageOf(error))) return t('noSpaceHelp', { reason: messageOf(error) });
  return code === Code.unimplemented ? t('notOffered', { reason: messageOf(error) }) : messageOf(error);
}
