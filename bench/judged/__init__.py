"""What touches the pipeline in measuring its quality: a town to ask about, targets taken away, answers judged."""
