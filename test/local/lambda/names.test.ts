import { describe, expect, test } from 'vitest';
import { functionArn, parseFunctionName } from '../../../lib/local/lambda/names.ts';

describe('the name of a function', () => {
  test.each([
    ['inventory', { name: 'inventory' }],
    ['inventory:live', { name: 'inventory', qualifier: 'live' }],
    ['inventory:$LATEST', { name: 'inventory', qualifier: '$LATEST' }],
    ['123456789012:function:inventory', { name: 'inventory' }],
    ['arn:aws:lambda:eu-central-1:123456789012:function:inventory', { name: 'inventory' }],
    ['arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:inventory:7', { name: 'inventory', qualifier: '7' }],
  ])('is found in %s', (text, expected) => {
    expect(parseFunctionName(text)).toEqual(expected);
  });

  test.each(['', 'a b', 'inventory:', 'arn:aws:s3:::bucket', 'inventory:live:more', '../etc/passwd', 'x'.repeat(65)])(
    'is not found in %j',
    (text) => {
      expect(parseFunctionName(text)).toBeUndefined();
    },
  );

  test('becomes an ARN and is found in it again', () => {
    const target = { name: 'inventory', qualifier: 'live' };

    const arn = functionArn(target, 'eu-west-1');

    expect(arn).toBe('arn:aws:lambda:eu-west-1:000000000000:function:inventory:live');
    expect(parseFunctionName(arn)).toEqual(target);
  });
});
