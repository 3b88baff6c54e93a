// The types that the page's scripts name in their JSDoc. Nothing of this travels: it is for the check alone.

/** A number of sentences by their keys, as `page.words` gives a section. */
type Words = Record<string, string>;

/** Left, top, width and height of a part of a picture, in fractions of it. */
type Seen = readonly [number, number, number, number];

/** The same as the experiments' replies have it. */
type Part = { x: number; y: number; width: number; height: number };

type Size = { width: number; height: number };

/** A part of a picture in whole pixels. */
type Box = { left: number; top: number; right: number; bottom: number };

/** Values of 0 to 1, row by row. */
type Grid = Size & { values: Float32Array | number[] };

/** A map as programs and experiments get it from the server: `page.reply.as_map`. */
type ServerMap = Size & { name: string; grid: number[]; maximum: number };

/** A map that can be drawn. */
type Drawable = Grid | ServerMap;

/** How maps are drawn: `page.front.viewer.viewer.constants`. */
type Look = {
  palettes: Record<string, string>;
  colormap: string;
  opacity: number;
  full_from: number;
  curve: number;
  unseen_colour: number[];
  unseen_opacity: number;
};

/** A layer's map on the page. */
type Layer = Grid & { name: string; title: string; maximum: number; values: Float32Array; upsampled?: Float32Array };

/** What is shown: `page.reply.as_view`, with what the browser made of it. */
type View = {
  picture: string;
  index: number | null;
  image: HTMLImageElement;
  box: Box;
  seen: Seen;
  layers: Layer[];
  default_layer: string;
  label: string;
  answer: string;
  word: string;
  percent: string;
  outside: boolean;
  rates: Record<string, number> | null;
  method: string;
  model: string;
};

type Choice = { index: number; label: string; confidence: number; percent: string; heard?: string };

/** What the page says of a model's words: `page.vocabulary.vocabulary`. */
type Vocabulary = {
  classes: number;
  count: string;
  ideas: string[];
  asks: string[];
  asks_help: string;
  levels: [number, number];
};

/** The ways of drawing that a model has: `page.drawing.ways_of_drawing`. */
type Drawing = { attention: boolean; help: string };

/** The answer: `page.reply.as_answer`, with what depends on its model. */
type Answer = {
  sure: string;
  top: Choice[];
  asked: string;
  index: number | null;
  outside: { headline: string; lead: string; nearest: number } | null;
  kinds: { label: string; asked: string | number }[] | null;
  /** What those tests are called that ask something else after this answer. */
  titles: Record<string, string>;
  vocabulary: Vocabulary;
  drawing: Drawing;
  own_word: string;
};

/** What the server says of a frame: `page.mirrored.as_frame`. */
type Mirrored = {
  label: string;
  said: string;
  confidence: number;
  top: { label: string; said: string; confidence: number }[];
  target: { label: string; said: string };
  outside: boolean | null;
  strength: number | null;
  seen: Part;
  layer: Size & { name: string; grid: number[] };
};

/** A picture as Gradio names an upload. */
type Upload = { path: string; orig_name?: string };

/** What was pasted or dropped: a picture to look at, a sentence to tell, or nothing to do. */
type Offered = { file?: File; sentence?: string };

/** A canvas of `sheet`: no pen comes only in browsers that can't draw at all, and those can't show this page. */
type Canvas = {
  getContext(kind: "2d", options?: CanvasRenderingContext2DSettings): CanvasRenderingContext2D;
} & HTMLCanvasElement;

type DrawMap = (
  canvas: Canvas,
  image: HTMLImageElement,
  seen: Seen,
  map: Drawable | null,
  opacity?: number,
) => void;

/** What the server tells a page when it comes: `page.front.head.given`. */
type Given = Record<
  | "accept"
  | "brand"
  | "busy"
  | "close"
  | "direction"
  | "download"
  | "download_first"
  | "download_no"
  | "download_yes"
  | "failed"
  | "language"
  | "looking"
  | "not_a_picture"
  | "percent"
  | "point"
  | "spoiled"
  | "too_many_bytes"
  | "words_only",
  string
> & {
  bytes: number;
  camera: Words;
  /** Of what Gradio draws: `page.patches.selectors`. */
  selectors: Record<string, string>;
  presence: { address: string; every: number };
  /** Whether what visitors say of the page's examples is counted. */
  tally: boolean;
  /** Null on any other page, which has none of the scripts of page/kiosk. */
  kiosk: any;
};

/** All that page/shared exports. */
type Shared = typeof import("./shared/sentences.js") &
  typeof import("./shared/requests.js") &
  typeof import("./shared/maps.js") &
  typeof import("./shared/palettes.js") &
  typeof import("./shared/elements.js") &
  typeof import("./shared/drawing.js") &
  typeof import("./shared/mirroring.js");

/** What only a kiosk has: page/kiosk. */
type Kiosk = {
  FADE: number;
  pause: (milliseconds: number) => Promise<void>;
  visited: () => boolean;
  leaving: () => boolean;
  attracting: () => boolean;
  attract: () => Promise<void>;
  touched: () => void;
  wake: () => void;
  reset: (then: "attract" | "start") => Promise<void>;
  begin: (act: () => void) => void;
};

/** Sentences that the server gave, and the functions by which the page's scripts and Gradio's events call each other. */
type Seewhy = {
  given: Given;
  shared: Shared;
  kiosk: Kiosk;
  // page.js
  take: (picture: Upload | null) => unknown[];
  last: () => unknown;
  again: () => unknown;
  repeatable: (act: () => void) => void;
  questioned: () => void;
  acted: () => void;
  started: () => void;
  finished: () => void;
  offer: (answer: Answer | null, target?: string | null) => unknown;
  wants: (target: string | null) => void;
  anew: () => void;
  arrived?: (again: boolean) => void;
  hidden: boolean;
  shown: () => void;
  /** The number of the example that was tapped last, "" for any other picture. */
  tapped: string;
  guessFirst: () => void;
  remember: (where: string) => void;
  answered: () => void;
  refused: (answered: string, asked: string) => Promise<string>;
  film: (device?: string, facing?: string) => Promise<MediaStream | null | void>; // nothing where the visitor was told why
  tell: (sentence: string, lasting?: boolean) => void;
  hush: () => void;
  // offered.js, film.js, readback.js, saving.js
  refusal: (file: Blob) => string;
  parcel: (file: Blob, name: string) => File;
  readable: (file: Blob) => Promise<boolean>;
  offered: (event: Event, data: DataTransfer | null) => Offered | null;
  hovers: (event: DragEvent) => boolean;
  watchFilm: (
    video: HTMLVideoElement,
    on: { poor: (trouble: string) => void; ended: (trouble: string) => void },
  ) => void;
  spoiled: () => Promise<boolean>;
  reads: () => Promise<boolean>;
  save: (blob: Blob, name: string) => void;
  // pieces/status.js
  outdate: () => void;
  repeat: () => void;
  give: (file: File) => Promise<unknown>;
  movement: (video: HTMLVideoElement) => () => boolean;
  // mirror.js; a page without mirrors has none
  mirror?: { open: () => Promise<void> };
  // front/teach/door.js; a kiosk whose curator did not offer it has none
  teach?: { open: (where?: string | boolean) => Promise<void>; given: (files: File[], target: EventTarget | null) => void };
  /** Pictures of a wall of many, by their `data:` addresses, for the place where one teaches. */
  wall?: { picture: string; alt: string }[];
  maps: number;
  lag: number;
  // viewer.js and answer.js
  draws: number;
  drawn: () => string;
  view: () => View;
  viewOf: (index: number) => View | null;
  viewFrom: (value: any) => Promise<View>;
  drawMap: DrawMap;
  forget: () => void;
  answer: Answer;
  answerAgain: () => void;
  pick: (index: number) => void;
  // experiments/frame.js
  vote: (said: "yes" | "not_yet") => Promise<void>;
  testsAbout: (index: number) => void;
  chosen: { index: number } | null;
  open: (name: string, remember?: boolean) => Promise<void>;
  close: () => void;
  unanswered: () => void;
};

interface Window {
  seewhy: Seewhy;
}

declare const seewhy: Seewhy;

// What Gradio hands to the script of a component. The props are those that its Python file names.
declare const element: HTMLElement;
declare const props: any;
declare function watch(name: string, act: () => void): void;
declare function trigger(name: string, value?: unknown): void;

/** What an experiment's `run` gives; each has a shape of its own, which its Python file describes. */
type Told = any;

/** What a test found out: a line at the end of the visit, and a place beside the same test with other pictures. */
type Finding = {
  /** The verdict in one sentence; numbers that are no percentages stand between asterisks. */
  line: string;
  /** The same as the visitor would write it. */
  mine?: string;
  /** What it is compared with, and what follows. */
  control: string;
  /** The result in a few letters. */
  tried: string;
  numbers: string;
  label: string;
  picture: HTMLCanvasElement;
  alt: string;
  /** Name, share, percentage, and whether it is what the try is compared with. */
  bars: any[][];
  verdict: string;
  note: string;
  /** Whether the picture counts in the sentence `together`. */
  held: boolean;
  /** Of covering: whether the model was less sure then. */
  less?: boolean;
  together?: string;
  /** What the test said with this and other pictures. */
  three?: string;
  each?: string;
};

/** What one visitor does with one picture: page/experiments/visit.js. */
type Visit = {
  picture: string;
  /** The number of the page's example that it is, "" for any other picture. */
  example: string;
  model: string;
  answer: Answer;
  view: View;
  word: Choice;
  said: "yes" | "not_yet" | null;
  believes: string | null;
  thread: string[];
  today: string | null;
  guessed: boolean;
  last: string;
  /** The page of the tests that led to the present one. */
  from: string;
  layer: string;
  findings: (Finding & { name: string; word: number })[];
  tries: Record<string, any[]>;
  pages: Map<string, HTMLElement>;
  done: (name: string) => boolean;
};

/** What the stage gives to an experiment's script. */
type Stage = {
  root: HTMLElement;
  words: Words;
  /** Numbers and names that the server knows: `constants` of the experiment's class. */
  constants: any;
  /** The picture, with the maps for the word that the tests are about. */
  view: View;
  answer: Answer;
  word: Choice;
  /** The word as the server takes it: words can be ambiguous, numbers are not. */
  target: number | null;
  /** This visit's tries with this picture and this word, kept until another one comes. */
  tries: any[];
  /** The layer that all checks of the map are about; given one, chooses it. */
  layer: (chosen?: string) => string;
  /** Gives null where the visitor was told why not. */
  ask: (values: Record<string, unknown>, endpoint?: string) => Promise<Told | null>;
  drawMap: DrawMap;
  tell: (sentence: string) => void;
  /** The address of a file beside the experiment's script. */
  file: (path: string) => string;
  go: (name: string) => void;
  /** Whether the visitor has yet to see the answer; `hidden(false)` ends that. */
  hidden: (still?: boolean) => boolean;
  /** What the ninths of a map are called. */
  places: Words;
  toAnswer: () => void;
  guessFirst: () => void;
  kiosk: boolean;
  /** Whether a test is here. */
  offers: (name: string) => boolean;
  /** Shows the test before it was made: page/experiments/opening.js. */
  begin: (opening: any) => void;
  /** Shows a result under its verdict. */
  show: (verdict: string, ...parts: Node[]) => void;
  /** Notes what was found out. */
  found: (finding: Finding) => void;
  /** The visitor's pictures before this one, and the page's own, as `ask` takes several. */
  others: () => Promise<unknown[]>;
  /** Lets go of the question that is asked: `ask` gives null. */
  giveUp: () => void;
  /** Says in a place what is done as long as it works, with a way to stop it. */
  working: <Result>(place: HTMLElement, text: string, work: () => Promise<Result>) => Promise<Result>;
  /** Shows the page of a result as long as it works; what was there comes back where nothing came of it. */
  meanwhile: (verdict: string, parts: Node[], work: () => Promise<Told | null>) => Promise<Told | null>;
  /** A picture's words, and where its map is brightest. */
  glows: (text: string, map: Drawable) => string;
  /** What comes next: every result ends with it. */
  onward: (...links: Node[]) => HTMLElement;
  /** The same while it is asked. */
  waiting: (...links: Node[]) => HTMLElement;
};
