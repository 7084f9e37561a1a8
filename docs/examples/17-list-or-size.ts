// Scenario 17. Two ways to make an array: from a list, and from a size.
import { SharedArray } from "shared-ndarray";

console.log(new SharedArray("i", [1, 2, 3, 4, 5]).slice()); // [1, 2, 3, 4, 5]
console.log(new SharedArray("i", 10).slice()); // ten zeros
