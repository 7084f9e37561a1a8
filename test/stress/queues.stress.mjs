// Queues under fire: producers and consumers killed and restarted at random, every message accounted for; ten million
// messages through eight slots, the counts passing 2^31 and 2^32 on the way. Prints what it counted; exits with 1 if a
// message is lost, doubled, torn or out of order, or anybody waits too long.
import assert from "node:assert/strict";
import { Process, Queue, SharedMemory } from "../../dist/index.js";

const isShort = process.env.STRESS === "short";
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const words = (n) => new Int32Array(new SharedArrayBuffer(4 * n));

// ── Kills: 4 producers and 4 consumers ─────────────────────────────────────────────────────────────────────────────
// Every message has an id of its own. book[id]: 1 when its put has returned, 2 more for each delivery.
// words: 0 next id, 1 torn, 2 out of order, 3 longest wait in ms, 4 stop producing, 5 consumed

function produce(queue, book, words, life, mode) {
  const body = (id) => {
    const bytes = new Uint8Array((id * 7919) % 3000);
    for (let i = 0; i < bytes.length; i++) bytes[i] = (id + i) % 251;
    return bytes;
  };
  const message = (id, turn) =>
    id % 3 === 0
      ? { id, life, turn, text: "x".repeat(id % 500), sum: id % 500 }
      : id % 3 === 1
        ? new Map([
            ["id", id],
            ["life", life],
            ["turn", turn],
            ["bytes", body(id)],
          ])
        : [id, life, turn, Array.from(body(id).subarray(0, 50))];
  const done = (id, since) => {
    Atomics.or(book, id, 1);
    const waited = Math.ceil(performance.now() - since);
    if (waited > Atomics.load(words, 3)) Atomics.store(words, 3, waited);
  };
  const next = () => {
    const id = Atomics.add(words, 0, 1);
    return id < book.length && Atomics.load(words, 4) === 0 ? id : -1;
  };
  if (mode === 0) {
    for (let turn = 0, id = next(); id >= 0; id = next(), turn++) {
      const since = performance.now();
      queue.putSync(message(id, turn));
      done(id, since);
    }
    return undefined;
  }
  return (async () => {
    for (let turn = 0, id = next(); id >= 0; id = next(), turn++) {
      const since = performance.now();
      await queue.put(message(id, turn));
      done(id, since);
    }
  })();
}

function consume(queue, book, words, mode) {
  const turns = new Map();
  const check = (message) => {
    let [id, life, turn] = [message.id, message.life, message.turn];
    let isWhole = true;
    if (message instanceof Map) {
      [id, life, turn] = [message.get("id"), message.get("life"), message.get("turn")];
      const bytes = message.get("bytes");
      isWhole = bytes.length === (id * 7919) % 3000 && bytes.every((byte, i) => byte === (id + i) % 251);
    } else if (Array.isArray(message)) {
      [id, life, turn] = message;
      isWhole = message[3].every((byte, i) => byte === (id + i) % 251);
    } else {
      isWhole = message.text === "x".repeat(message.sum) && message.sum === id % 500;
    }
    if (!isWhole) Atomics.add(words, 1, 1);
    if (turn <= (turns.get(life) ?? -1)) Atomics.add(words, 2, 1);
    turns.set(life, turn);
    Atomics.add(book, id, 2);
    Atomics.add(words, 5, 1);
  };
  const waited = (since) => {
    const ms = Math.ceil(performance.now() - since);
    if (ms > Atomics.load(words, 3)) Atomics.store(words, 3, ms);
  };
  const isOver = (e) => {
    if (e.code !== "END_OF_STREAM") throw e;
    return true;
  };
  if (mode === 0) {
    for (;;) {
      const since = performance.now();
      try {
        check(queue.getSync());
      } catch (e) {
        if (isOver(e)) return undefined;
      }
      waited(since);
    }
  }
  return (async () => {
    for (;;) {
      const since = performance.now();
      try {
        check(await queue.get());
      } catch (e) {
        if (isOver(e)) return;
      }
      waited(since);
    }
  })();
}

async function kills(count, options) {
  const queue = new Queue(options);
  const book = words(count);
  const shared = words(8);
  let life = 0;
  const killed = { producers: 0, consumers: 0 };
  const startProducer = () => new Process(produce, [queue, book, shared, life++, life % 2]).start();
  const startConsumer = () => new Process(consume, [queue, book, shared, life++ % 2]).start();
  const producers = Array.from({ length: 4 }, startProducer);
  const consumers = Array.from({ length: 4 }, startConsumer);
  const replace = async (team, start, kind) => {
    const i = Math.floor(Math.random() * team.length);
    if (!team[i].alive) return;
    team[i].terminate();
    if ((await team[i].join()) === -15) killed[kind]++;
    team[i] = start();
  };
  for (let seen = -1; Atomics.load(shared, 0) < count; ) {
    await sleep(Math.random() * 4);
    if (Atomics.load(shared, 5) === seen) continue; // nobody runs yet, or again
    seen = Atomics.load(shared, 5);
    if (Math.random() < 0.5) await replace(producers, startProducer, "producers");
    else await replace(consumers, startConsumer, "consumers");
  }
  await Promise.all(producers.map((p) => p.join()));
  queue.end();
  await Promise.all(consumers.map((p) => p.join()));
  assert.equal(queue.size, 0);
  const lost = book.reduce((n, mark) => n + (mark === 1 ? 1 : 0), 0);
  const unannounced = book.reduce((n, mark) => n + (mark === 2 ? 1 : 0), 0);
  const doubled = book.reduce((n, mark) => n + (mark > 3 ? 1 : 0), 0);
  const [, torn, disordered, longest, , delivered] = shared;
  assert.equal(torn, 0, "torn");
  assert.equal(disordered, 0, "out of order");
  assert.equal(doubled, 0, "delivered twice");
  assert.ok(lost <= killed.consumers, `${lost} lost, of ${killed.consumers} readers killed`);
  assert.ok(unannounced <= killed.producers, `${unannounced} delivered whose put had not returned`);
  // In CI other programs may have the cores for a while.
  assert.ok(longest < (isShort ? 2500 : 250), `somebody waited ${longest} ms`);
  return { killed, lost, unannounced, delivered, longest };
}

for (const [options, messages] of [
  [{}, 50_000],
  [{ maxSize: 8 }, 10_000],
  [{ byteCapacity: 4096 }, 10_000],
]) {
  const count = isShort ? messages : 4 * messages;
  const { killed, lost, unannounced, delivered, longest } = await kills(count, options);
  console.log(
    `kills, ${JSON.stringify(options)}: ${count} messages, ${killed.producers} producers and ${killed.consumers} consumers killed: ` +
      `${delivered} delivered, 0 twice, 0 torn, 0 out of order; ${lost} died with their readers, ` +
      `${unannounced} delivered of writers that died before put returned; longest wait ${longest} ms`,
  );
}

// ── Ten million through eight slots ────────────────────────────────────────────────────────────────────────────────
{
  const n = isShort ? 1_000_000 : 10_000_000;
  // The counts are 32-bit words of the queue's block: begin where they are about to pass 2^31, and 2^32.
  for (const first of [2 ** 31 - n / 2, 2 ** 32 - n / 2]) {
    const queue = new Queue({ name: "eight", maxSize: 8 });
    const memory = SharedMemory.attach("eight");
    const block = memory.as("int32");
    block[416 + 32] = first | 0; // messages put
    block[416 + 64 + 32] = first | 0; // messages taken
    assert.equal(queue.size, 0);
    const counting = (queue, n) => {
      for (let i = 0; i < n; i++) if (queue.getSync() !== i) throw new Error(`not ${i}`);
    };
    const reader = new Process(counting, [queue, n]).start();
    const since = performance.now();
    for (let i = 0; i < n; i++) queue.putSync(i);
    assert.equal(await reader.join(), 0);
    assert.equal(queue.size, 0);
    const ns = ((performance.now() - since) / n) * 1e6;
    memory.close();
    queue[Symbol.dispose]();
    console.log(`${n} messages through 8 slots, from ${first} on: all in order, ${ns.toFixed(0)} ns each`);
  }
}
