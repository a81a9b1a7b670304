#include "data/toy/lexicon.hpp"

namespace transformer::toy {
namespace {

constexpr Gender m = Gender::masculine;
constexpr Gender f = Gender::feminine;

constexpr Noun all_nouns[] = {
    {{"man", "men"}, {"homme", "hommes"}, m, human},
    {{"woman", "women"}, {"femme", "femmes"}, f, human},
    {{"boy", "boys"}, {"garçon", "garçons"}, m, human},
    {{"girl", "girls"}, {"fille", "filles"}, f, human},
    {{"child", "children"}, {"enfant", "enfants"}, m, human},
    {{"cat", "cats"}, {"chat", "chats"}, m, animal},
    {{"dog", "dogs"}, {"chien", "chiens"}, m, animal},
    {{"horse", "horses"}, {"cheval", "chevaux"}, m, animal},
    {{"bird", "birds"}, {"oiseau", "oiseaux"}, m, animal},
    {{"mouse", "mice"}, {"souris", "souris"}, f, animal},
    {{"bee", "bees"}, {"abeille", "abeilles"}, f, animal},
    {{"house", "houses"}, {"maison", "maisons"}, f, thing | room},
    {{"school", "schools"}, {"école", "écoles"}, f, thing | room},
    {{"garden", "gardens"}, {"jardin", "jardins"}, m, thing | room},
    {{"car", "cars"}, {"voiture", "voitures"}, f, thing | room | roof},
    {{"tree", "trees"}, {"arbre", "arbres"}, m, thing | roof},
    {{"table", "tables"}, {"table", "tables"}, f, thing | roof},
    {{"bridge", "bridges"}, {"pont", "ponts"}, m, thing | roof},
};

constexpr Adjective all_adjectives[] = {
    {"happy", Side::after, {"heureux", "heureux", "heureuse", "heureux", "heureuses"}, animate},
    {"tired", Side::after, {"fatigué", "fatigué", "fatiguée", "fatigués", "fatiguées"}, animate},
    {"beautiful", Side::before, {"beau", "bel", "belle", "beaux", "belles"}, anything},
    {"big", Side::before, {"grand", "grand", "grande", "grands", "grandes"}, animal | thing},
    {"small", Side::before, {"petit", "petit", "petite", "petits", "petites"}, anything},
    {"old", Side::before, {"vieux", "vieil", "vieille", "vieux", "vieilles"}, anything},
    {"young", Side::before, {"jeune", "jeune", "jeune", "jeunes", "jeunes"}, animate},
    {"black", Side::after, {"noir", "noir", "noire", "noirs", "noires"}, animal | thing},
    {"white", Side::after, {"blanc", "blanc", "blanche", "blancs", "blanches"}, animal | thing},
    {"red", Side::after, {"rouge", "rouge", "rouge", "rouges", "rouges"}, animal | thing},
};

constexpr Verb all_verbs[] = {
    {"see", "sees", {"vois", "vois", "voit", "voyons", "voient"}, anything},
    {"love", "loves", {"aime", "aimes", "aime", "aimons", "aiment"}, anything},
    {"find", "finds", {"trouve", "trouves", "trouve", "trouvons", "trouvent"}, anything},
    {"hear", "hears", {"entends", "entends", "entend", "entendons", "entendent"}, animate},
    {"follow", "follows", {"suis", "suis", "suit", "suivons", "suivent"}, animate},
    {"have", "has", {"ai", "as", "a", "avons", "ont"}, animal | thing},
    {"want", "wants", {"veux", "veux", "veut", "voulons", "veulent"}, animal | thing},
    {"sleep", "sleeps", {"dors", "dors", "dort", "dormons", "dorment"}, 0},
    {"run", "runs", {"cours", "cours", "court", "courons", "courent"}, 0},
    {"sing", "sings", {"chante", "chantes", "chante", "chantons", "chantent"}, 0},
    {"wait", "waits", {"attends", "attends", "attend", "attendons", "attendent"}, 0},
};

constexpr Pronoun all_pronouns[] = {
    {"i", "me", "je", "me", Person::i, m, human},
    {"you", "you", "tu", "te", Person::you, m, human},
    {"he", "him", "il", "le", Person::he, m, human},
    {"she", "her", "elle", "la", Person::he, f, human},
    {"we", "us", "nous", "nous", Person::we, m, human},
    {"they", "them", "ils", "les", Person::they, m, anything},
};

constexpr Preposition all_prepositions[] = {
    {"in", "dans", room},
    {"under", "sous", roof},
    {"near", "près de", anything},
    {"behind", "derrière", anything},
};

constexpr Conjunction all_conjunctions[] = {
    {"and", "et"},
    {"but", "mais"},
    {"because", "parce que"},
};

}  // namespace

std::span<const Noun> nouns() { return all_nouns; }
std::span<const Adjective> adjectives() { return all_adjectives; }
std::span<const Verb> verbs() { return all_verbs; }
std::span<const Pronoun> pronouns() { return all_pronouns; }
std::span<const Preposition> prepositions() { return all_prepositions; }
std::span<const Conjunction> conjunctions() { return all_conjunctions; }

}  // namespace transformer::toy
