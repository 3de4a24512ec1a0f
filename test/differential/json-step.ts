import { isDeepStrictEqual } from 'node:util';
import { fromJson, toJson } from '../../core/door/json-codec.ts';
import { routes } from '../../core/proto/gen/gateway.ts';
import type { Refusal, Side, Step } from './step.ts';

/**
 * The same call through the JSON gateway. Its outcome is the message that the text says, to be compared as that of the call
 * itself is. The text must be that message's own: no field of zero, none unknown, each in its notation, on both sides.
 */
export function asJson(step: Step): Step {
  const route = routes.find(({ rpc }) => rpc === step.rpc)!;
  const act = async ({ target, position }: Side): Promise<unknown> => {
    const response = await fetch(`${target.endpoints[position]}${route.post}`, { method: 'POST', body: JSON.stringify(toJson(route.request.type, step.request as object)) });
    const json = (await response.json()) as object;
    if (response.status !== 200) {
      const { code, message } = json as { code: number; message: string };
      return { error: `${code} ${message}` } satisfies Refusal;
    }
    const { codec, type } = route.response;
    const message = codec.decode(codec.encode(fromJson(type, json) as never));
    if (!isDeepStrictEqual(toJson(type, message), json)) throw new Error(`another text than ours for a ${type}: ${JSON.stringify(json)}`);
    return message;
  };
  return { ...step, way: 'as JSON', act };
}
