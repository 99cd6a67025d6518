from django.db import migrations, models
from django.db.models import F


def count_closed_rounds_as_announced(apps, schema_editor):
    """Their letters were written as they closed."""
    rounds = apps.get_model("reflections", "Round").objects.using(schema_editor.connection.alias)
    rounds.exclude(closed_at=None).update(announced_at=F("closed_at"))


class Migration(migrations.Migration):
    dependencies = [("reflections", "0002_rounds")]

    operations = [
        migrations.AddField(
            model_name="round",
            name="announced_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(count_closed_rounds_as_announced, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="round",
            index=models.Index(
                F("closed_at"),
                condition=models.Q(("announced_at", None), ("closed_at__isnull", False)),
                name="rounds_still_to_announce",
            ),
        ),
    ]
