"""And then one step forward: plans, actions, and what became of what people said.

models and querysets say what there is and who reaches it. services change plans and actions;
raising asks the plan above for what a group cannot solve; you_said tells everybody what came of it,
in new words. reminders decides who is written to and when, letters words it; events has the words
of the history. calendars puts actions on their days, forgetting lets names go in time.
"""
