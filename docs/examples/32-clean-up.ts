// Scenario 32. Clean-up that nobody can forget: try … finally, using, and the blocks listed before and after.
import { execFileSync } from "node:child_process";
import { SharedMemory, zeros } from "shared-ndarray";

const names = () => SharedMemory.list().map(({ name, size }) => `${name}: ${size} bytes`);

const byHand = zeros([100, 100], { name: "by-hand" });
try {
  console.log(names()); // ["by-hand: 80128 bytes"]: a .npy header of 128 bytes, then the elements
} finally {
  byHand.close(); // gives up this handle
  byHand.unlink(); // frees the name
}

{
  using grid = zeros([10, 10], { name: "grid" });
  using _scratch = new SharedMemory(1024, { name: "scratch" });
  grid.fill(1);
  console.log(names()); // ["grid: 928 bytes", "scratch: 1024 bytes"]
} // both are closed and unlinked here, even if an error ends the block

console.log(names()); // []

// System scope: other processes see these names, and so does `npx shared-ndarray ls`.
const listed = () => {
  const table = execFileSync("npx", ["shared-ndarray", "ls"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return table.split("\n").filter((line) => line.startsWith("clean-up"));
};
{
  using _ = zeros([3, 4], { name: "clean-up", scope: "system", dtype: "int16" });
  console.log(listed().map((line) => line.split(/ {2,}/).slice(0, 4))); // [["clean-up", "152 B", "int16", "[3, 4]"]]
} // if this program were killed, the next one, or `npx shared-ndarray prune`, would remove the block

console.log(listed()); // []
