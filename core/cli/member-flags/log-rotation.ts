import { ConfigError } from '../../member/config.ts';
import { jsonFault } from '../go-json.ts';
import type { Rotation } from '../rotating-file.ts';

const kinds = { filename: 'string', maxsize: 'int', maxage: 'int', maxbackups: 'int', localtime: 'bool', compress: 'bool' } as const;

/** Source: lumberjack, for a size that is not given. */
const defaultMegabytes = 100;

/** A number with the text that it was written as, where the runtime tells. */
class Written {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Reads `--log-rotation-config-json` as etcd does: names in any case, unknown ones passed over, the file's name always that of
 * the output. Throws ConfigError in etcd's words. Source: etcd `server/embed/config_logging.go`, lumberjack v2.
 */
export function readRotation(outputs: readonly string[], json: string): Rotation {
  const files = outputs.filter((name) => !['default', 'stderr', 'stdout'].includes(name));
  if (files.length > 1 || (files.length === 0 && outputs.length <= 1)) {
    throw new ConfigError('--log-outputs requires a single file path when --log-rotate-config-json is defined');
  }
  const fault = jsonFault(json);
  if (fault !== undefined) throw new ConfigError(`improperly formatted log rotation config: ${fault}`);
  const given = fieldsOf(json);
  const number = (name: 'maxsize' | 'maxage' | 'maxbackups'): number => Number((given.get(name) as Written | undefined)?.text ?? 0);
  const megabytes = number('maxsize');
  // An etcd takes it, and logs nothing.
  if (megabytes < 0) throw new ConfigError(`invalid log rotation config: maxsize must not be below 0, it is ${megabytes}`);
  return {
    maxBytes: (megabytes || defaultMegabytes) * 1024 * 1024,
    maxAgeDays: Math.max(0, number('maxage')),
    maxBackups: Math.max(0, number('maxbackups')),
    localTime: given.get('localtime') === true,
    compress: given.get('compress') === true,
  };
}

function fieldsOf(json: string): Map<string, unknown> {
  const tree = JSON.parse(json, ((_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new Written(context?.source ?? String(value)) : value) as (key: string, value: unknown) => unknown) as unknown;
  const given = new Map<string, unknown>();
  if (tree === null) return given;
  if (typeof tree !== 'object' || Array.isArray(tree) || tree instanceof Written) {
    throw new ConfigError(`invalid log rotation config: json: cannot unmarshal ${kindOf(tree)} into Go value of type embed.logRotationConfig`);
  }
  for (const [key, value] of Object.entries(tree)) {
    const name = key.toLowerCase();
    if (!Object.hasOwn(kinds, name) || value === null) continue;
    const kind = kinds[name as keyof typeof kinds];
    if (!isOf(kind, value)) {
      const shown = kind === 'int' && value instanceof Written ? `number ${value.text}` : kindOf(value);
      throw new ConfigError(`invalid log rotation config: json: cannot unmarshal ${shown} into Go struct field logRotationConfig.Logger.${name} of type ${kind}`);
    }
    given.set(name, value);
  }
  return given;
}

function isOf(kind: 'string' | 'int' | 'bool', value: unknown): boolean {
  if (kind === 'string') return typeof value === 'string';
  if (kind === 'bool') return typeof value === 'boolean';
  return value instanceof Written && /^-?\d+$/.test(value.text) && Number.isSafeInteger(Number(value.text));
}

function kindOf(value: unknown): string {
  if (value instanceof Written) return 'number';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
