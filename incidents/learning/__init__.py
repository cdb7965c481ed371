"""What incidents teach (决策分析): rates, trends, hot spots, forecasts, disputed borders, drafts tried on the past."""
