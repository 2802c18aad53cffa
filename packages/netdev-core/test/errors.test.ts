import { describe, expect, it } from 'vitest';
import {
  DeviceNotFoundError,
  InvalidArgumentError,
  isNetDevError,
  NetDevError,
  PartialError,
} from '../src/index.js';

describe('NetDevError', () => {
  it('says what was attempted, on what, what the platform said and what to do', () => {
    const error = new NetDevError('PLATFORM', {
      operation: 'set mtu of',
      object: 'tap0',
      detail: 'mtu greater than device maximum',
      hint: 'choose at most 65521',
      errno: 'EINVAL',
    });
    expect(error.message).toBe(
      'cannot set mtu of tap0: mtu greater than device maximum; choose at most 65521',
    );
    expect(error).toMatchObject({ name: 'NetDevError', code: 'PLATFORM', errno: 'EINVAL', left: [] });
  });

  it('says what is left behind', () => {
    const error = new PartialError({
      operation: 'apply',
      detail: 'no space',
      left: ['bridge br0', 'tap t0'],
    });
    expect(error.message).toBe('cannot apply: no space; left behind: bridge br0, tap t0');
    expect(error.left).toEqual(['bridge br0', 'tap t0']);
  });

  it('keeps its cause and the name of its class', () => {
    const cause = new Error('ENODEV');
    const error = new DeviceNotFoundError({ operation: 'read', object: 'eth9', cause });
    expect(error).toMatchObject({ name: 'DeviceNotFoundError', cause, detail: 'no such device' });
  });

  it('is recognised by its mark and code, across copies of the package', () => {
    const foreign = Object.assign(new Error('x'), { code: 'BUSY' });
    Object.defineProperty(foreign, Symbol.for('netdev.error'), { value: true });
    expect(isNetDevError(foreign, 'BUSY')).toBe(true);
    expect(isNetDevError(foreign, 'CLOSED')).toBe(false);
    expect(isNetDevError(new Error('x'))).toBe(false);
    expect(isNetDevError({ code: 'BUSY' })).toBe(false);
    expect(isNetDevError(new InvalidArgumentError('name', 'x', 'y'), 'INVALID_ARGUMENT')).toBe(true);
  });
});
