using Markdig.Helpers;

namespace PyWharf.Api.Pages.Descriptions;

/// <summary>The ids of the headings of one description: those of GitHub, behind a prefix.</summary>
internal sealed class HeadingIds
{
    private const int Longest = 100;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _repetitions = new(StringComparer.Ordinal);

    /// <summary>An id for a heading that no heading before has.</summary>
    public string Next(string heading)
    {
        var name = LinkHelper.UrilizeAsGfm(heading.Length > Longest ? heading[..Longest] : heading);
        var id = name;
        while (!_taken.Add(id))
        {
            var repetition = _repetitions.GetValueOrDefault(name) + 1;
            _repetitions[name] = repetition;
            id = $"{name}-{repetition}";
        }

        return DescriptionLink.IdPrefix + id;
    }
}
