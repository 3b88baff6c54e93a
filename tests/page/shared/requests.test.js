import assert from "node:assert/strict";
import { test } from "node:test";

import { addressOf } from "../../../page/shared/requests.js";

const HERE = "http://127.0.0.1/queue/join";

test("a request, an address and a text all say where they go", () => {
  assert.deepEqual([new Request(HERE), new URL(HERE), HERE].map(addressOf), [HERE, HERE, HERE]);
});
