// Scenario 32. Clean-up that cannot be forgotten: try … finally, using, and what SharedMemory.list shows before and after.
import { SharedMemory, zeros } from "shared-ndarray";

const names = () => SharedMemory.list().map(({ name, size }) => `${name}: ${size} bytes`);

const byHand = zeros([100, 100], { name: "by-hand" });
try {
  console.log(names()); // ["by-hand: 80128 bytes"]: a .npy header of 128 bytes, then the elements
} finally {
  byHand.close(); // this handle
  byHand.unlink(); // the name
}

{
  using grid = zeros([10, 10], { name: "grid" });
  using _scratch = new SharedMemory(1024, { name: "scratch" });
  grid.fill(1);
  console.log(names()); // ["grid: 928 bytes", "scratch: 1024 bytes"]
} // both closed and unlinked, also when the block is left by an error

console.log(names()); // []
