// Where the nodes of a neighbourhood stand: callers in columns to the left, callees to the right, types above and below.
// Pure: from nodes to places.

export const WIDTH = 212;
export const HEIGHT = 46;
const COLUMN = WIDTH + 96;
const ROW = HEIGHT + 12;
/** Room between the middle and what is above or below. */
const RISE = HEIGHT + 40;

/**
 * Gives every node `x` and `y`, its middle. A node has an `id`, a `parent` (nothing for the one in the middle), and a
 * `side`: `left`, `right`, `up` or `down`. Nodes keep the order that they have within their parent.
 */
export function place(nodes) {
  const by = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) node.depth = depth(node, by);
  const middle = nodes.find((node) => !node.parent);
  [middle.x, middle.y] = [0, 0];
  for (const [side, step] of [["left", -COLUMN], ["right", COLUMN]]) {
    let column = [middle];
    for (let d = 1; column.length > 0; d++) {
      const next = [];
      for (const parent of column) {
        const own = nodes.filter((node) => node.side === side && node.parent === parent.id && node.depth === d);
        own.forEach((node, at) => {
          node.x = d * step;
          node.y = parent.y + (at - (own.length - 1) / 2) * ROW;
          next.push(node);
        });
      }
      apart(next);
      column = next;
    }
  }
  for (const [side, step] of [["up", -ROW], ["down", ROW]]) {
    const own = nodes.filter((node) => node.side === side);
    own.forEach((node, at) => {
      node.x = 0;
      node.y = Math.sign(step) * RISE + at * step;
    });
  }
}

function depth(node, by) {
  let n = 0;
  for (let at = node; at?.parent && n < 64; at = by.get(at.parent)) n++;
  return n;
}

/**
 * Moves the nodes of a column apart where they would overlap, as little as can be: least squares under a smallest
 * distance, by pooling neighbours.
 */
function apart(column) {
  const pools = [];
  column.forEach((node, at) => {
    let pool = { sum: node.y - at * ROW, n: 1 };
    while (pools.length > 0) {
      const last = pools[pools.length - 1];
      if (last.sum / last.n <= pool.sum / pool.n) break;
      pool = { sum: last.sum + pool.sum, n: last.n + pool.n };
      pools.pop();
    }
    pools.push(pool);
  });
  let at = 0;
  for (const { sum, n } of pools) {
    for (let k = 0; k < n; k++, at++) column[at].y = sum / n + at * ROW;
  }
}

/** The line between two nodes. */
export function curve(from, to) {
  const [half, tall] = [WIDTH / 2, HEIGHT / 2];
  if (from.x === 0 && to.x === 0 && (from.side === "up" || to.side === "up" || from.side === "down" || to.side === "down")) {
    // Along a common trunk beside the stack.
    const [below, above] = from.y > to.y ? [from, to] : [to, from];
    const upper = above.side === "up";
    const x = upper ? -half - 18 : half + 18;
    const trunk = upper ? below : above;
    const branch = upper ? above : below;
    const edge = upper ? trunk.y - tall : trunk.y + tall;
    const turn = upper ? edge - 14 : edge + 14;
    const end = upper ? -half : half;
    const points = [[0, edge], [0, turn], [x, turn], [x, branch.y], [end, branch.y]];
    // A line points to what is above: its end is its arrow.
    const way = (to === branch ? points : points.reverse()).map(([a, b]) => `${a} ${b}`);
    return `M${way.join(" L")}`;
  }
  if (Math.abs(from.x - to.x) < 1) {
    const x = from.x + (from.x < 0 ? -half : half);
    const out = x + (from.x < 0 ? -44 : 44);
    return `M${x} ${from.y} C${out} ${from.y} ${out} ${to.y} ${x} ${to.y}`;
  }
  const right = to.x > from.x;
  const [x1, x2] = right ? [from.x + half, to.x - half] : [from.x - half, to.x + half];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2) * (right ? 1 : -1);
  return `M${x1} ${from.y} C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`;
}

/** The box around all nodes. */
export function bounds(nodes) {
  const xs = nodes.map((node) => node.x);
  const ys = nodes.map((node) => node.y);
  const [left, top] = [Math.min(...xs) - WIDTH / 2 - 40, Math.min(...ys) - HEIGHT];
  return { left, top, width: Math.max(...xs) + WIDTH / 2 + 40 - left, height: Math.max(...ys) + HEIGHT - top };
}
