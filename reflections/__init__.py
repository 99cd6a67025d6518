"""A team steps back: questions, answers, rounds and what may be shown of them.

models holds the tables and querysets the rules of access. questions holds the paper's words,
questionnaire the published questions as people read them. answer_sheet is a level as somebody fills
it in, services saves and finishes it, answered reads it again. rounds plans, opens and closes;
summaries counts, privacy decides what is too few to show, sharing lists an author's texts with
their choices, and who_sees_what promises people who will read what. letters words the e-mails about
rounds, events their history, forgetting takes authors out in time, admin shows the questions.
"""
