"""A team steps back: questions, answers, rounds and what may be shown of them.

models and querysets say what there is and who reaches it. questions holds the paper's words,
questionnaire keeps them as they are asked. answer_sheet is a level as somebody fills it in,
services saves and finishes it, answered reads it again. rounds plans, opens and closes; summaries
counts, privacy decides what is too few to show, sharing lists what of one's words others may read,
and who_sees_what tells people so. letters words the e-mails about rounds, events their history,
forgetting lets authors go in time, admin shows the questions.
"""
