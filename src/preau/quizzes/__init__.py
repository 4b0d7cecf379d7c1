"""Quizzes and exams: questions in GIFT, attempts, answers, marking, and what the team rules on a wrong key.

Tables: Question, QuestionSpec, Attempt, Answer, Ruling. Verbs: `start`, `answer`, `close`, and for the team `rule` and
`withdraw`, each an act; `refuse_unless` turns a rule's refusal into words. `regrading` scores earlier answers again, as
a task; `effects` counts what that would change. Doors: `attempt`, `question`, `ruling`. Formats: `gift`, `gift_writer`.
Kinds of unit: `quiz`, `exam`.
"""
