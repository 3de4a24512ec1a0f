import { expect, test } from 'vitest';
import { readRotation } from './log-rotation.ts';

const mib = 1024 * 1024;
const plain = { maxBytes: 100 * mib, maxAgeDays: 0, maxBackups: 0, localTime: false, compress: false };

test.each([
  ['{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}', plain],
  ['{}', plain],
  ['null', plain],
  [' {"MaxSize":3,"MAXAGE":4,"maxBackups":5,"localTime":true,"compress":true,"more":[1,{}]} ', { maxBytes: 3 * mib, maxAgeDays: 4, maxBackups: 5, localTime: true, compress: true }],
  ['{"maxage":-1,"maxbackups":-1,"maxsize":null,"filename":"passed over"}', plain],
])('%s', (json, expected) => {
  expect(readRotation(['/tmp/a.log'], json)).toEqual(expected);
});

test.each([[['stdout', 'a.log']], [['a.log']], [['stdout', 'stderr']]])('outputs %j', (outputs) => {
  expect(readRotation(outputs, '{}')).toEqual(plain);
});

test.each([[[]], [['default']], [['stdout']], [['a.log', 'b.log']], [['systemd/journal', 'a.log']]])('outputs %j are refused', (outputs) => {
  expect(() => readRotation(outputs, '{}')).toThrow('--log-outputs requires a single file path when --log-rotate-config-json is defined');
});

const into = (kind: string, field: string, type: string): string => `invalid log rotation config: json: cannot unmarshal ${kind} into Go struct field logRotationConfig.Logger.${field} of type ${type}`;
test.each([
  ['', 'improperly formatted log rotation config: unexpected end of JSON input'],
  ['x', "improperly formatted log rotation config: invalid character 'x' looking for beginning of value"],
  ['{"maxsize": "1"}', into('string', 'maxsize', 'int')],
  ['{"maxsize": 1.5}', into('number 1.5', 'maxsize', 'int')],
  ['{"maxage": 1e3}', into('number 1e3', 'maxage', 'int')],
  ['{"maxbackups": true}', into('bool', 'maxbackups', 'int')],
  ['{"maxsize": 99999999999999999999}', into('number 99999999999999999999', 'maxsize', 'int')],
  ['{"MaxSize": 1, "compress": 3}', into('number', 'compress', 'bool')],
  ['{"localtime": {}}', into('object', 'localtime', 'bool')],
  ['{"filename": []}', into('array', 'filename', 'string')],
  ['[]', 'invalid log rotation config: json: cannot unmarshal array into Go value of type embed.logRotationConfig'],
  ['3', 'invalid log rotation config: json: cannot unmarshal number into Go value of type embed.logRotationConfig'],
  ['"x"', 'invalid log rotation config: json: cannot unmarshal string into Go value of type embed.logRotationConfig'],
  ['{"maxsize": -1}', 'invalid log rotation config: maxsize must not be below 0, it is -1'],
])('%s is refused', (json, expected) => {
  expect(() => readRotation(['a.log'], json)).toThrow(expected);
});
