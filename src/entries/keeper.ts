/**
 * The keeper's thread. It only starts the keeper, and gives it the part that memory may not import
 * (`things/holders.ts`).
 */

import { Keeper } from "../memory/keeper/keeper.js";
import type { Tree } from "../memory/keeper/layout.js";
import { workerData } from "../platform/runtime.js";
import { isHeld } from "../things/holders.js";

new Keeper(workerData as Tree, isHeld).start();
