/** F10: a server that keeps ending is started four times in ten minutes, and no more. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { Restarts, WINDOW_MS } from "../src/restarts";
import { Chance } from "./chance";

test("it waits longer each time, and gives up after the fourth start", () => {
  const restarts = new Restarts();
  const waits: (number | null)[] = [];
  let now = 1_000_000;
  for (let round = 0; round < 4; round += 1) {
    restarts.started(now);
    const wait = restarts.delay(now);
    waits.push(wait);
    now += wait ?? 0;
  }
  assert.deepEqual(waits, [1_000, 5_000, 30_000, null]);
});

test("a server that lasted begins with a short wait again", () => {
  const restarts = new Restarts();
  for (const at of [0, 1_000, 2_000]) {
    restarts.started(at);
  }
  restarts.started(WINDOW_MS * 3);
  assert.equal(restarts.delay(WINDOW_MS * 3 + 5), 1_000);
});

test("who asks for a start gets one", () => {
  const restarts = new Restarts();
  for (let at = 0; at < 4; at += 1) {
    restarts.started(at);
  }
  assert.equal(restarts.delay(5), null);
  restarts.forget();
  restarts.started(6);
  assert.equal(restarts.delay(7), 1_000);
});

test("whatever the server does, no ten minutes hold more than four starts", () => {
  const chance = new Chance(10);
  for (let round = 0; round < 200; round += 1) {
    const restarts = new Restarts();
    const starts: number[] = [];
    let now = 0;
    let wait: number | null = 0;
    while (wait !== null && now < 10 * WINDOW_MS) {
      now += wait;
      starts.push(now);
      restarts.started(now);
      now += chance.below(chance.next() < 0.5 ? 1_000 : WINDOW_MS / 2);
      wait = restarts.delay(now);
    }
    for (const first of starts) {
      const near = starts.filter((at) => at >= first && at < first + WINDOW_MS).length;
      assert.ok(near <= 4, `${near} starts`);
    }
  }
});
