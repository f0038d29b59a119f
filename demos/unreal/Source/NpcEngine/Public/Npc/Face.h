// A mouth that follows visemes: one weight for each of the 15, blended so that it moves and does not jump. Plain C++17.

#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace npc
{

// The 15 Oculus ids, in their order.
constexpr std::array<std::string_view, 15> visemes = {
	"sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"};

class Face
{
public:
	// Seconds in which a shape comes and goes.
	explicit Face(double blend = 0.06) : blend_(blend) {}

	// Whether it is a viseme.
	bool Show(std::string_view viseme, double weight = 1)
	{
		const auto found = std::find(visemes.begin(), visemes.end(), viseme);
		if (found == visemes.end()) return false;
		shown_ = static_cast<std::size_t>(found - visemes.begin());
		weight_ = weight;
		return true;
	}

	void Tick(double seconds)
	{
		const double step = blend_ > 0 ? seconds / blend_ : 1;
		for (std::size_t index = 0; index < weights_.size(); ++index)
		{
			const double goal = index == shown_ ? weight_ : 0;
			const double way = goal - weights_[index];
			weights_[index] += std::clamp(way, -step, step);
		}
	}

	const std::array<double, visemes.size()>& Weights() const { return weights_; }

private:
	double blend_;
	double weight_ = 1;
	std::size_t shown_ = 0;
	std::array<double, visemes.size()> weights_{};
};

} // namespace npc
