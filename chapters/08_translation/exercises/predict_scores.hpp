// Predict, then run: what BLEU, padding, merges and a search will say.
//
// Write your predictions into predict_scores.cpp, as numbers or as formulas. The check runs the
// experiments and says what came out.
#pragma once

namespace transformer {

/// A translation is the first 5 of the 10 words of its reference, all different. Its BLEU?
double bleu_of_the_first_half();

/// Two sentences of 2 and of 10 tokens are padded to one rectangle. Its padding, in percent?
double padding_of_2_and_10();

/// The text is the one word aaaa, so its pieces are `a a a a_`. How many pieces are left after
/// the first merge, which joins `a a`?
double pieces_of_aaaa();

/// Two finished hypotheses: 4 tokens with log p -2.0, and 8 tokens with log p -2.4, end marks
/// included. How many tokens has the one that wins with the paper's length penalty of 0.6?
double length_of_the_winner();

/// By how much does log p of a word differ that a beam of 1 finds from what greedy decoding finds?
double beam_of_1_less_greedy();

}  // namespace transformer
