"""Support counts when the hire receives it."""

from __future__ import annotations

import pytest

from include.classify.labels import MAX_QUOTE
from include.classify.segments import segment
from include.classify.support import dev_support

TRAINING, COACHING, CERTIFICATION = "training_budget", "coaching_mentoring", "cert_sponsorship"
RECEIVED = [
    ("Annual $2,000 learning budget.", {TRAINING}),
    ("Tuition reimbursement and paid holidays.", {TRAINING}),
    ("We offer a yearly stipend for courses, books and conferences.", {TRAINING}),
    ("Jährliches Weiterbildungsbudget von 1.500 €.", {TRAINING}),
    ("Weekly coaching from a principal PM.", {COACHING}),
    ("You will be mentored by our head of product.", {COACHING}),
    ("You will work under the mentorship of a founder.", {COACHING}),
    ("Grow your skills with mentorship from the whole team.", {COACHING}),
    ("We will sponsor your PMP.", {CERTIFICATION}),
    ("You will obtain SAFe POPM certification within 6 months of joining (we pay).", {CERTIFICATION}),
    (
        "Annual $2,000 learning budget; many of our PMs use it for Pragmatic or CSPO courses.",
        {TRAINING, CERTIFICATION},
    ),
    # Money has many names, and so has what it buys.
    ("Ask your lead how you would like to spend your training allowance.", {TRAINING}),
    ("A quarterly stipend to fund your professional pursuits.", {TRAINING}),
    ("Up to 800 annually for thirdparty education and one free Friday a month.", {TRAINING}),
    ("£150 Yearly Book Allowance.", {TRAINING}),
    ("Flexible desk and conference budget.", {TRAINING}),
    ("Budgets for learning, meetups and side projects.", {TRAINING}),
    ("Learning/upskilling budgets.", {TRAINING}),
    ("1,200 EUR Annual Employee Development Program.", {TRAINING}),
    ("We will cover the costs of personal development resources.", {TRAINING}),
    ("Investment in learning, with no fixed limit.", {TRAINING}),
    ("Laptop subsidy plus coworking, education and charity budgets.", {TRAINING}),
    ("We support you with targeted training from your first week.", {TRAINING}),
    ("You will be given onboarding and ongoing training.", {TRAINING}),
    ("This may mean funding external training, finding a mentor or time to read.", {TRAINING, COACHING}),
    ("We invest in you with access to a personal coach and a development budget.", {TRAINING, COACHING}),
    ("Certification and training reimbursement.", {TRAINING, CERTIFICATION}),
    ("A chance to develop with a company training budget.", {TRAINING}),
    ("Annual learning, wellness and travel stipends.", {TRAINING}),
    ("We will support your education and development with a yearly budget.", {TRAINING}),
    ("Time for ideas of your own and a training budget for books.", {TRAINING}),
    ("Tuition and student loan repayment assistance.", {TRAINING}),
    ("Dedicated funds for your growth: courses, books, events or certifications.", {TRAINING, CERTIFICATION}),
    # Blanks and marks were lost.
    ("Expenses coveredAnnual learning stipend for courses and moreTeam retreats", {TRAINING}),
    ("Life insurance Education assistanceand a bicycle", {TRAINING}),
    ("3000 per year contribution to use for training workshops and conferences", {TRAINING}),
    ("Bachelors degree Benefits Remote Education stipend Company match", {TRAINING}),
    ("Annual professional development stipend The opportunity to help students learn", {TRAINING}),
    ("Remote work LD stipend 300 a year for books", {TRAINING}),
]
NOT_RECEIVED = [
    "Opportunities for professional growth.",
    "Mentor junior PMs.",
    "Coach teams toward their CSM certification.",
    "Experience coaching and mentoring product managers.",
    "Manage the marketing budget for conferences.",
    "Machine learning budget forecasts for our customers.",
    "PMP certification preferred.",
    "Provide mentoring to the engineers of the team.",
    "",
    "Excellent leadership and mentoring skills that lift the whole team.",
    "Strong leadership and mentorship experience in large programs.",
    "You learn from as well as coach your peers.",
    "We provide free training to our customers.",
    "We finance education for children in rural schools.",
    "The program is funded by the state to train and certify teachers.",
    "Identify trends and coaching programs for the sales teams.",
    "Our students are mentored by alumni.",
    "Coordinate budgets, reimbursements and certificates of the fellows.",
    "Leads the $90 billion early education market.",
    "Base pay of $120,000 depends on experience, education and training.",
    "All expenses paid, of course!",
    "Verification of education, credit checks.",
    "Credits for online fitness classes.",
    "Supporters Education Fund seeks two organizers.",
    "Pay range $130 000 annually Leadership and career development opportunities",
    "Travel for Fund-related work, training and events.",
    "A great place to work certification with paid holidays.",
    "Get new rules adopted Coach the security guild.",
    "Ensure that they receive mentorship every week.",
    "Determined by years of experience and education ($18 to $25).",
    "Contributions that lead to publications at conferences.",
    "Provide workshops, training, and support to health companies.",
    "Own the product development budget.",
    "Support learning in your own team including contributions to open source.",
    "Provides access to training and guidance to the interns.",
    "Sponsor continuous learning in your teams.",
    "Establish certification, incentive and training programs.",
    "You will get to engineer large training runs.",
]
# What a company does and whom it works for.
COMPANY = [
    "Government-funded education programs for nurses.",
    "We write articles for companies such as BetterUp.",
    "We offer live classes to people who learn a language.",
    "We went on to build a training platform to help job seekers.",
]
# Bare names of things; an offer only where benefits are listed.
LISTED = [
    ("Learning and development", TRAINING),
    ("Continuing education", TRAINING),
    ("Training resources", TRAINING),
    ("Weekly L&D opportunities", TRAINING),
    ("Udemy online courses", TRAINING),
    ("Extensive catalog of development course offerings", TRAINING),
    ("We provide internal and external courses", TRAINING),
    ("Initiatives for personal growth", TRAINING),
    ("Professional development, a bicycle and a plant", TRAINING),
    ("Mentoring opportunities", COACHING),
    ("Leadership coaching", COACHING),
    ("In-house English courses and conversations with clients", TRAINING),
    ("Training and certification opportunities", CERTIFICATION),
    ("We support professional certifications in all roles", CERTIFICATION),
]
NEVER_LISTED = [
    "Professional development opportunities",
    "Opportunities for career and personal growth",
    "A culture of continuous learning and development",
    "We prioritize diversity and continuing education",
    "Managers who champion professional development",
    "Ongoing learning experiences",
    "A genuine passion for learning and development",
    "Papers at top machine learning conferences",
    "Steep learning curve",
    "Speaking at events and conferences",
    "Hiring, termination, promotional and training opportunities are decided on merit",
    "A dedication to self-improvement and professional development, and a kind word",
    "Gym with professional coaches",
]
BENEFITS = "## Benefits\n- {}\n- Dental insurance\n"
TASKS = "## Responsibilities\n- {}\n- Write user stories\n"


def kinds(text: str) -> set[str]:
    return {evidence.value for evidence in dev_support(segment(text))}


@pytest.mark.parametrize(("text", "expected"), RECEIVED)
def test_support_received_is_found(text: str, expected: set[str]) -> None:
    found = dev_support(segment(text))
    assert {evidence.value for evidence in found} == expected
    assert all(text[evidence.start : evidence.end] == evidence.quote for evidence in found)


@pytest.mark.parametrize("text", NOT_RECEIVED)
def test_support_given_or_only_promised_does_not_count(text: str) -> None:
    assert dev_support(segment(text)) == ()
    assert kinds(BENEFITS.format(text)) == set()


@pytest.mark.parametrize("text", COMPANY)
def test_what_a_company_does_is_no_offer(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(("text", "kind"), LISTED)
def test_a_bare_name_counts_among_benefits_alone(text: str, kind: str) -> None:
    assert kind in kinds(BENEFITS.format(text))
    assert kinds(TASKS.format(text)) == set()
    assert kinds(text) == set()


@pytest.mark.parametrize("text", NEVER_LISTED)
def test_praise_and_promises_do_not_count_even_among_benefits(text: str) -> None:
    assert kinds(BENEFITS.format(text)) == set()


def test_what_stands_far_away_in_a_text_without_marks_does_not_count() -> None:
    filler = "we build maps for hikers and riders in forty countries and ship them every week "
    assert kinds(f"You own the yearly budget and {filler * 2}so we keep learning from our mistakes") == set()
    assert kinds(f"You take online courses {filler * 4}and medical insurance") == set()


def test_the_quote_holds_the_offer_and_little_else_where_marks_were_lost() -> None:
    filler = "we build maps for hikers and riders in forty countries and ship them every week "
    text = f"{filler * 5}a learning budget for everybody {filler * 5}"
    (evidence,) = dev_support(segment(text))
    assert "a learning budget" in evidence.quote
    assert len(evidence.quote) <= MAX_QUOTE
    assert text[evidence.start : evidence.end] == evidence.quote


def test_a_heading_that_names_benefits_says_so_whatever_it_may_be_taken_for() -> None:
    assert kinds("Benefits, if you meet the requirements:\n- Learning and development\n") == {TRAINING}
