"""Quizzes and exams: questions in GIFT, attempts, answers, marking.

Tables: Question, QuestionSpec, Attempt, Answer. Verbs: `start`, `answer`, `close`, each an act; `refuse_unless` turns a
rule's refusal into words. Doors: `attempt`. Formats: `gift`, `gift_writer`. Kinds of unit: `quiz`, `exam`.
"""
