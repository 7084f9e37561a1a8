/**
 * Loads every class whose objects may arrive in a worker, so that they can be made from their handles, with all their
 * members.
 */
import "../channels/joinable-queue.js";
import "../channels/pipe.js";
import "../channels/queue.js";
import "../wire/shared-views.js";
import "../ndarray/ndarray.js";
import "../functions/methods.js";
import "../managers/proxies.js";
import "../records/record-array.js";
import "../sync/barrier.js";
import "../sync/condition.js";
import "../sync/lock.js";
import "../sync/semaphore.js";
import "../sync/shared-event.js";
import "../values/shareable-list.js";
import "../values/shared-array.js";
import "../values/value.js";
