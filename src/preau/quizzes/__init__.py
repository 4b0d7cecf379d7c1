"""Quizzes and exams: questions in GIFT, attempts, answers, marking, and what the team rules on a wrong key.

Tables: Question, QuestionSpec, Attempt, Answer, Gap, Ruling. Verbs: `start`, `answer`, `close`, and for the team `rule`
and `withdraw`, each an act; `closing.close_due` ends what ran out of time; `refuse_unless` turns a rule's refusal into
words. `timing` is the rule of a clock, `stamps` what a device hands back of it, `gaps` what is known of cuts, `windows`
where a room above says who may begin when. `regrading` scores earlier answers again, as a task; `effects` counts what
that would change. Doors: `attempt`, `question`, `ruling`. Formats: `gift`, `gift_writer`. Kinds of unit: `quiz`,
`exam`.
"""
