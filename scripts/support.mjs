// Writes docs/support.md: which names of the array API and of NumPy are here, with examples that it runs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as nd from "shared-ndarray";
import { documentOf } from "./support/document.mjs";

writeFileSync(join(import.meta.dirname, "../docs/support.md"), documentOf(nd));
