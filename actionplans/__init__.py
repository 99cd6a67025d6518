"""And then one step forward: plans and their actions, and “You said, we did”.

models are the tables, and querysets the rules of who may reach a row. services change plans and
actions; raising asks the plan above for what a group cannot solve; you_said tells everybody, in new
words, what came of a round. reminders decides who gets a letter and when, letters words it; events
has the sentences of the history. calendars makes calendar files, and forgetting takes old names
out.
"""
