"""People and the groups they belong to: the lowest of the three apps.

models holds the tables and querysets the rules of access, which statements compiles once; groups
has what teams, organisations and systems have in common; services changes memberships, teams and
organisations. inviting decides what each address of a list leads to, invitations signs the links,
accepting turns a link into a membership. letters words each kind of e-mail, outbox writes and
delivers them (a transactional outbox), preferences keeps which letters people do not want. history
records events and tells them in the sentences of each app's events; forgetting takes names out in
time. fields checks what people type; dates and zones know days and hours. adapters changes allauth,
allauth_internals holds two of its calls that are not public, admin is for site operators.
"""
