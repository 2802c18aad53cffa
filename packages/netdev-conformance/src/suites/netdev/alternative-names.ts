import assert from 'node:assert/strict';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink, snapshot } from './fixtures.js';

const needs: NetDevDemand['needs'] = ['alternative-names'];

/** Longer than a link's own name may be. */
const LONG = 'cf-a-name-that-tells-where-the-link-is.slot-7';

export const alternativeNames: NetDevDemand[] = [
  {
    name: 'a link is found by each of its other names, and shown with all of them and its own name',
    needs,
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { altNames: [LONG, 'cf-other'] }));
      for (const name of ['cf0', LONG, 'cf-other']) {
        const link = await driver.getLink(name);
        assert.deepEqual([link.name, link.altNames], ['cf0', [LONG, 'cf-other']]);
        assert.equal(await driver.linkExists(name), true);
      }
      assert.equal(await driver.linkExists(`${LONG}8`), false);
      await rejection(driver.getLink(`${LONG}8`), 'DEVICE_NOT_FOUND');
    },
  },
  {
    name: 'other names are added to those that a link has, and only those that are told to go do',
    needs,
    async run({ driver, told }) {
      const spec = plainLink(driver, 'cf0');
      await driver.createLink({ ...spec, altNames: ['cf-one'] });
      const added = await driver.ensureLink({ ...spec, altNames: ['cf-one', LONG] });
      assert.deepEqual([added.changed, added.value.altNames], [true, ['cf-one', LONG]]);
      told.length = 0;
      assert.equal((await driver.ensureLink({ ...spec, altNames: [LONG] })).changed, false);
      assert.equal((await driver.updateLink('cf0', { dropAltNames: ['cf-none'] })).changed, false);
      const { value } = await driver.updateLink('cf0', { dropAltNames: ['cf-one', 'cf-none'] });
      assert.deepEqual(value.altNames, [LONG]);
      assert.equal(await driver.linkExists('cf-one'), false);
      assert.deepEqual(
        told.map(({ operation }) => operation),
        [{ do: 'update-link', name: 'cf0', changes: { dropAltNames: ['cf-one'] } }],
      );
    },
  },
  {
    name: 'a name that some link has, its own or another, is refused to others, and nothing changes',
    needs,
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { altNames: ['cf-other'] }));
      await driver.createLink(plainLink(driver, 'cf1'));
      const before = await snapshot(driver);
      for (const refused of [
        () => driver.createLink(plainLink(driver, 'cf-other')),
        () => driver.createLink(plainLink(driver, 'cf2', { altNames: ['cf-third', 'cf-other'] })),
        () => driver.createLink(plainLink(driver, 'cf2', { altNames: ['cf2'] })),
        () => driver.ensureLink(plainLink(driver, 'cf-other')),
        () => driver.updateLink('cf1', { altNames: ['cf-third', 'cf-other'], alias: 'half-way' }),
        () => driver.updateLink('cf1', { altNames: ['cf0'] }),
        () => driver.updateLink('cf1', { name: 'cf-other' }),
      ])
        await rejection(refused(), 'DEVICE_EXISTS');
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'a link may swap its name for another that it has, in one change',
    needs,
    async run({ driver }) {
      const { index } = await driver.createLink(plainLink(driver, 'cf0', { altNames: ['cf-other'] }));
      const { value } = await driver.updateLink('cf0', {
        ...{ name: 'cf-other', altNames: ['cf0'], dropAltNames: ['cf-other'] },
      });
      assert.deepEqual([value.name, value.altNames, value.index], ['cf-other', ['cf0'], index]);
    },
  },
  {
    name: 'a batch that fails takes back the other names that it gave, and gives back those that it took',
    needs,
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0', { altNames: ['cf-kept', LONG] }));
      const before = await snapshot(driver);
      await rejection(
        driver.batch([
          { do: 'update-link', name: 'cf0', changes: { altNames: ['cf-new'], dropAltNames: [LONG] } },
          { do: 'create-link', spec: plainLink(driver, 'cf1', { altNames: [LONG] }) },
          { do: 'update-link', name: 'cf-none', changes: { up: true } },
        ]),
        'DEVICE_NOT_FOUND',
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
];
