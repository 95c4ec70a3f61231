"""The countries of the phone page: a short list, by their two letters."""

COUNTRIES = {
    "AR": "Argentina", "AU": "Australia", "AT": "Austria", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CL": "Chile", "CN": "China", "CO": "Colombia", "CZ": "Czechia", "DK": "Denmark", "EG": "Egypt", "FI": "Finland",
    "FR": "France", "DE": "Germany", "GR": "Greece", "IN": "India", "ID": "Indonesia", "IE": "Ireland", "IL": "Israel",
    "IT": "Italy", "JP": "Japan", "KE": "Kenya", "MX": "Mexico", "NL": "Netherlands", "NZ": "New Zealand",
    "NG": "Nigeria", "NO": "Norway", "PL": "Poland", "PT": "Portugal", "SA": "Saudi Arabia", "ZA": "South Africa",
    "KR": "South Korea", "ES": "Spain", "SE": "Sweden", "CH": "Switzerland", "TR": "Turkey",
    "AE": "United Arab Emirates", "GB": "United Kingdom", "US": "United States",
}  # fmt: skip
