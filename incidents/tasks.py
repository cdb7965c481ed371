"""Tasks of the worker for incidents: tells what is due, every minute."""

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(name="incidents.tell", queueing_lock="incidents.tell", pass_context=False)
def tell(timestamp: int) -> None:
    """Write the reminders, missed deadlines, escalations and handovers that are due."""
    from incidents.dispatch.notices import tell_what_is_due  # models are not loaded when tasks are

    tell_what_is_due()
