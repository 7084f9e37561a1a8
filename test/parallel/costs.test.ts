/** From costs to members: whom a call is shared with. Counted, with costs that are given, not timed. */
import { describe, expect, it } from "vitest";
import { Costs } from "../../src/parallel/costs.js";
import { BOOTING, LOOP, PARKED, RUNNING } from "../../src/parallel/team/layout.js";

const DISPATCH = {
  0: { wakeUs: 1, startUs: 50_000 },
  [RUNNING]: { wakeUs: 0.2, startUs: 1 },
  [PARKED]: { wakeUs: 5, startUs: 50 },
  [LOOP]: { wakeUs: 10, startUs: 100 },
};
function newCosts(): Costs {
  const costs = new Costs();
  costs.dispatch = DISPATCH;
  return costs;
}
const team = (...states: number[]) => states.map((state, member) => ({ member, state }));
const alone = (elements: number, us: number) => ({ elements, busyUs: us, wallUs: us, isShared: false });
const shared = (elements: number, busyUs: number, wallUs: number) => ({ elements, busyUs, wallUs, isShared: true });

describe("an estimate", () => {
  it("is unknown for a function that has not run, or that failed", () => {
    const costs = newCosts();
    expect(costs.estimate("f", 10)).toBeUndefined();
    costs.record("f", alone(10, 1));
    expect(costs.estimate("f", 10)).toBe(1);
    costs.record("f", undefined);
    expect(costs.estimate("f", 10)).toBeUndefined();
  });

  it("does not carry the overhead of tiny calls over to large ones", () => {
    const costs = newCosts();
    costs.record("f", alone(10, 2)); // 0.2 µs an element, nearly all of it the call
    expect(costs.estimate("f", 1_000_000)).toBeUndefined();
    costs.record("f", alone(1_000_000, 200));
    expect(costs.estimate("f", 1_000_000)).toBeCloseTo(200);
    expect(costs.estimate("f", 10_000)).toBeCloseTo(2); // from the class above
    expect(costs.estimate("f", 10)).toBeCloseTo(2);
  });

  it("forgets a cold first run soon, and a run that was interrupted", () => {
    const costs = newCosts();
    costs.record("f", alone(1000, 1000));
    for (let i = 0; i < 8; i++) costs.record("f", alone(1000, 10));
    expect(costs.estimate("f", 1000)!).toBeLessThan(20);
    costs.record("f", alone(1000, 100_000));
    expect(costs.estimate("f", 1000)!).toBeLessThan(40);
  });
});

describe("members worth waking", () => {
  const costs = newCosts();
  const woken = (us: number, states: number[], isBlocking = true) => costs.worthWaking(us, team(...states), isBlocking);

  it("are none for a short call", () => {
    expect(woken(3, [RUNNING])).toEqual([]);
    expect(woken(60, [PARKED])).toEqual([]);
    expect(woken(120, [LOOP])).toEqual([]);
    expect(woken(60, [RUNNING, RUNNING], false)).toEqual([]);
  });
  it("are all for a long one", () => {
    expect(woken(5000, [RUNNING, PARKED, LOOP])).toEqual([0, 1, 2]);
    expect(woken(900, [PARKED, PARKED], false)).toEqual([0, 1]);
  });
  it("are those that spin, for one in between", () => {
    expect(woken(60, [PARKED, RUNNING, LOOP])).toEqual([1]);
  });
});

describe("calls that come often", () => {
  /** In so many calls, one each 100 µs: how often members are roused, which is pointless if they go on to sleep. */
  const roused = (costs: Costs, calls: number, state: number, everyMs = 0.1) => {
    let count = 0;
    for (let i = 0; i < calls; i++) {
      costs.record("f", alone(1000, 60));
      const { share, rouse } = costs.choose("f", 1000, team(state), true, 1000 + i * everyMs)!;
      if (state !== RUNNING) expect(share).toEqual([]);
      if (rouse.length > 0) count++;
    }
    return count;
  };

  it("rouse members that sleep, more rarely if these never spin", () => {
    const asleep = newCosts();
    const first = roused(asleep, 1000, LOOP);
    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(30);
    expect(roused(asleep, 1000, LOOP)).toBeLessThan(first);
  });

  it("give those that have been roused time to wake up", () => {
    expect(roused(newCosts(), 20, LOOP)).toBe(1);
  });

  it("are those that follow each other within a millisecond", () => {
    expect(roused(newCosts(), 100, LOOP, 1.5)).toBe(0);
    expect(roused(newCosts(), 100, PARKED, 0.9)).toBeGreaterThan(0);
  });

  it("are so although each takes longer than that", () => {
    const costs = newCosts();
    let roused = 0;
    for (let i = 0; i < 10; i++) {
      costs.record("f", alone(1000, 5000));
      if (costs.choose("f", 1000, team(BOOTING), true, 1000 + 5.1 * i)!.rouse.length > 0) roused++;
    }
    expect(roused).toBe(0); // a member that has not started cannot be roused
    costs.dispatch = { ...DISPATCH, [LOOP]: { wakeUs: 10, startUs: 10_000 } };
    for (let i = 10; i < 20; i++) {
      costs.record("f", alone(1000, 5000));
      if (costs.choose("f", 1000, team(LOOP), true, 1000 + 5.1 * i)!.rouse.length > 0) roused++;
    }
    expect(roused).toBeGreaterThan(0);
  });

  it("are shared with members that spin, and rouse nobody", () => {
    const costs = newCosts();
    costs.record("f", alone(1000, 60));
    for (let i = 0; i < 100; i++) {
      expect(costs.choose("f", 1000, team(RUNNING), true, i * 0.1)).toEqual({ share: [0], rouse: [] });
    }
  });
});

describe("what shared calls took", () => {
  it("corrects a run alone that was interrupted", () => {
    const costs = newCosts();
    costs.record("f", alone(10, 5000));
    costs.record("f", shared(10, 4, 100));
    expect(costs.estimate("f", 10)!).toBeLessThan(10);
  });

  it("bounds what one thread takes, so short calls soon run alone", () => {
    const costs = newCosts();
    costs.record("f", shared(10, 600, 900)); // workers that had just been woken
    expect(costs.choose("f", 10, team(RUNNING, RUNNING), false)!.share).not.toEqual([]);
    costs.record("f", shared(10, 20, 300));
    expect(costs.choose("f", 10, team(RUNNING, RUNNING), false)!.share).toEqual([]);
  });

  it("is judged by the median: calls that were interrupted do not end sharing", () => {
    const costs = newCosts();
    costs.record("f", alone(1e6, 600));
    let sharedCalls = 0;
    for (let i = 0; i < 1000; i++) {
      const isShared = costs.choose("f", 1e6, team(RUNNING), true)!.share.length > 0;
      if (isShared) sharedCalls++;
      costs.record("f", isShared ? shared(1e6, 600, i % 3 === 0 ? 3000 : 320) : alone(1e6, 600));
    }
    expect(sharedCalls).toBeGreaterThan(950);
  });

  it("has a function run alone if sharing was slower, but tries again now and then", () => {
    const costs = newCosts();
    costs.record("f", alone(1e6, 600));
    let sharedCalls = 0;
    for (let i = 0; i < 320; i++) {
      const isShared = costs.choose("f", 1e6, team(RUNNING), true)!.share.length > 0;
      if (isShared) sharedCalls++;
      costs.record("f", isShared ? shared(1e6, 2000, 1000) : alone(1e6, 600)); // another program has the second core
    }
    expect(sharedCalls).toBeGreaterThan(1);
    expect(sharedCalls).toBeLessThan(160);
    for (let i = 0; i < 640; i++) {
      const isShared = costs.choose("f", 1e6, team(RUNNING), true)!.share.length > 0;
      if (i >= 320 && isShared) sharedCalls++;
      costs.record("f", isShared ? shared(1e6, 600, 310) : alone(1e6, 600)); // the core is free again
    }
    expect(sharedCalls).toBeGreaterThan(300);
  });
});
