"""The computing library of 泰山星火科普云地图; imports without Streamlit.

Each module imports only modules that stand before it in DESIGN order, which
`tests/test_layers.py` asserts. Where a line has its home, by what it is about:

declared         schema settings policy errors sentences/ words/ text
places           crs keys boundaries layers/ units standing whereabouts (in layers/)
lists            succession references lineage lists leftovers mappings
one table        cells rules check inspection verification demo doctor/ duplicates/
hours            hours openings/
people in place  population/
travel           cost modes roads road_files routing/ travel cost_cache
coverage, reach  coverage catchment floating equity accessibility outreach situation planning
                 answers reach_answers trend trend_answers periods record_effects city_figures fleet
next sites       siting/ plans plan_facts plan_files scenarios scenario_store
tours            itinerary/ tours/ tour_drafts route_proposals
finding a venue  search finder pinyin lettering likeness directions
files            files uploads/ exports workbooks templates offers archives sources
edits            edits rights refusals door approval waiting undoing replay journal reports
                 previews partials clashes comparisons row_forms
accounts         sign_in/ audit
people's data    masking people erasure evidence evidence_rows
the store        store transactions database tables journal_tables rows migrations/ dumps backups
                 restoration register
maps             maps payloads site_payloads signs taps assets
papers           report/ dictionary dictionary_demand dictionary_travel
command line     cli commands/
"""
