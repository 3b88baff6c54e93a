"""Teaching on the page: what each visitor taught, kept in memory for as long as the visit lasts.

For scripts of the page there is one door, plain HTTP, on the visitor's cookie: `page.teaching.door`. A program, or a
browser without cookies, names its visit by `model=taught:…`, which every state gives. Answers are JSON; a refusal is
`{"error": "a sentence"}`. All but what is marked GET is POST, below `/api/teach/`; a picture is the body itself.

Teaching, each gives the state:
    state                               (GET) begins a visit where there is none; `begin?backbone=NAME` with a network
    thing?name=                         adds a thing; with `thing=ID` it names that one
    drop?thing=ID                       takes a thing away, with its pictures
    picture?thing=ID&take=NAME, body    adds a picture, whose id is in `picture`; thing 0 is "none of these"
    remove?picture=ID                   takes it out; or `thing=ID&take=NAME` for a take
    back                                puts back what was taken out last
    open, body                          the contents of a file take the place of all that was taught
    forget                              wipes all of it
    square?picture=ID                   (GET) the JPEG of what the model gets; `given-0`, … of those that are in there,
                                        `small-ID-0`, … of those of a thing that came in a file
    seen, body                          the same JPEG of a picture that is not kept
    file?pictures=1                     (GET) the file, `.seewhy`, with small pictures where `pictures` is given
    data_set                            (GET) a zip of the taught pictures: `page.teaching.data_set`

Asking, gives an answer:
    ask?thing=ID, body                  the map is for `thing`; left out, for what it says
    ask?picture=ID&thing=ID             about a picture that is kept

The exam, each gives the exam of the thing:
    empty?thing=ID, body                the scene without the thing; without a body it is taken away
    unseen?thing=ID, body               one more picture of the take that it never saw; `again=1` begins a new one
    mask?picture=ID, body               white where the thing is; without a body the marks are taken away
    latched?thing=ID                    the exam as it is now
    added?thing=ID&kind=KIND            `next.kind` was added: the exam before it stays, to be compared with

State: `model`; `things`, each `id`, `name` ("" until somebody gives one), `called`, `count`, `different`, `takes`,
`small` (how many pictures came in a file),
`hint` ("alike", "one_take" or null) and `pictures` (`id`, `take`, `kind`, `painted`); `none`, the same with `given`,
how many are in there already; `ready`: two things have pictures; `missing`: ids of things without any; `balance`:
null, or `more` and `fewer` (ids), where one has over twice the other; `alike`: null, or two ids that look the same to
it; `guess`: its figures are a guess; `back`: something can be put back; `room`: how many pictures more; `opened`: it
came out of a file.

Answer: `says` (`thing`, `name`, `confidence`); `unlike`: unlike all that was taught, then it says "none of these",
with no confidence, and no map is to be drawn; `bars`, the surest first; `guess`; `target` (`thing`, `name`,
`confidence`); `map` (`width`, `height`, `grid` 0..1 on a scale that never moves, `cells` as they add up, `maximum`);
`line` (`start`, `add`, `take`, `score`: texts that add up as printed, `take` null where no square speaks against it;
`count` of squares); `score`, the same exact; `seen`; `similar`: `said` and `next`, each `thing`, `name`, `pictures`
(three ids at most), or null.

Exam: `thing`, `name`; `empty` (`share`, `says`, `unlike`, `suspicious`, `elsewhere`: it has nothing in common with
what was taught, so that it is hardly the same place, and does not count; `map`, `picture`); `unseen` (`right`, `of`,
`luck`, `pictures`: the wrong ones first, `suspicious`); `painted` (`share`, `parts` of ten, `rough`: "small" or "large"
where the paint is too rough to tell, or null; `map`, `picture`, `pictures`: each `picture`, its `share` and whether it
is `rough`); `swapped` (`says`, `share`, `own`: how sure it is of the thing itself, `right`, `other`, `map`, `picture`);
each null where it was skipped.
`usually`, without paint: `place`, the ninth with most evidence, row by row from 0, `of` `count` pictures, `map`.
`swap`: of what the swapped picture is made, `picture`, `ground` (ids) and `other`, or null before any is painted.
`verdict`: "place", "more", "thing" or "unknown"; `disagree`: the empty scene alone speaks against what was learned;
`around`: all tests speak for the thing, and yet about half of the evidence or more lies around the paint;
`next`: `kind` ("swap", "alone", "elsewhere", "test", "nothing") and `other`, the thing to swap with; `paint`: ids to
paint; `added`; `before`: the exam before the last addition, or null.
"""
