// Scenario 6. A score board: three players add random points to one total, and the main thread waits for all of them.
import { Process, RawValue, SharedArray } from "shared-ndarray";

const total = new RawValue("int32");
const own = new SharedArray("int32", 3); // the points of each player, to check the total
const play = (total: RawValue<"int32">, own: SharedArray<"int32">, player: number) => {
  for (let round = 0; round < 10; round++) {
    const points = 1 + Math.floor(Math.random() * 6);
    total.add(points);
    own.data[player]! += points;
  }
};
const players = [0, 1, 2].map((player) =>
  new Process(play, [total, own, player], { name: `player ${player}` }).start(),
);
await Promise.all(players.map((player) => player.join()));
console.log("scores:", own.slice().join(" + "), "=", total.value);
console.log(own.slice().reduce((a, b) => a + b) === total.value); // true
