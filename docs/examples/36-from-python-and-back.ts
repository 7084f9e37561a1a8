// Scenario 36. Node creates "prices" and Python changes it with NumPy, by name; then the other way round.
import { execFileSync } from "node:child_process";
import { arange, NDArray } from "shared-ndarray";

const python = (code: string, ...args: string[]) =>
  execFileSync("python3", ["-c", `import sys, numpy as np\n${code}`, ...args], { encoding: "utf8" });

{
  using prices = arange(5, { name: "prices", scope: "system" });
  // A named array is a .npy file, so NumPy needs only its path. With "r+", what it writes is visible here at once.
  python(`a = np.load(sys.argv[1], mmap_mode="r+"); a *= 1.5`, prices.memory.path!);
  console.log(prices.toArray()); // [0, 1.5, 3, 4.5, 6]
}

const make = `np.lib.format.open_memmap("/dev/shm/volumes", mode="w+", dtype="int64", shape=(3,))[:] = [10, 20, 30]`;
python(make);
{
  using volumes = NDArray.attach("volumes", { scope: "system", dtype: "int64", ndim: 1 });
  volumes.set(0, 11n);
  console.log(volumes.toArray()); // [11n, 20n, 30n]
  console.log(python(`print(np.load("/dev/shm/volumes").sum())`).trim()); // 61
  volumes.unlink(); // Python made the file, so nothing else removes it
}
