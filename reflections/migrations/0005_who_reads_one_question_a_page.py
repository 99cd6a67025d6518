from django.db import migrations

# One statement, and only those who chose it: nobody waits. The table was made in a migration of its
# own, so that making its key to people holds no lock while this copies.
COPY = """
INSERT INTO reflections_readingpreference (user_id, one_question_a_page)
SELECT id, one_question_a_page FROM organisations_user WHERE one_question_a_page
"""
COPY_BACK = """
UPDATE organisations_user SET one_question_a_page = true
WHERE id IN (SELECT user_id FROM reflections_readingpreference WHERE one_question_a_page)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('reflections', '0004_reading_preference'),
        ('organisations', '0008_events_register_themselves'),
    ]
    # It drops the column. Said here, because reflections knows organisations and not the reverse.
    run_before = [('organisations', '0009_drop_one_question_a_page')]

    operations = [migrations.RunSQL(COPY, COPY_BACK)]
