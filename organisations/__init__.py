"""Who people are and where they belong: the lowest of the three apps.

models and querysets say what there is and who reaches it; groups says what teams, organisations and
systems have in common; services change memberships, teams and organisations. inviting decides what
each address of a list leads to, invitations signs their links, accepting takes somebody new through
them. letters words each kind of e-mail, outbox writes and delivers them, preferences keeps what
people do without. history says who did what in the words that each app's events has, forgetting
lets names go in time. fields checks what people type; dates and zones know days. adapters is
allauth's way to us, allauth_internals holds the two of its calls that are not public, admin is the
site operator's.
"""
