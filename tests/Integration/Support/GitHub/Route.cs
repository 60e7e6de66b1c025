namespace PyWharf.Integration.Support.GitHub;

/// <summary>A call that the fake answers.</summary>
/// <param name="Origin">The host that answers it.</param>
/// <param name="Method">GET, POST, …</param>
/// <param name="Template">Its path, as GitHub's description has it.</param>
/// <param name="Answer">Answers it; the text stands where the last parameter is.</param>
internal sealed record Route(Origin Origin, string Method, string Template, Func<Call, string, Reply> Answer)
{
    // What has slashes in it comes last.
    private static readonly string[] WithSlashes = ["{path}", "{ref}", "{tag}", "{tree_sha}"];

    private readonly string[] _template = Template.Split('/')[1..];

    /// <summary>What stands where the last parameter is, possibly nothing; null for another path.</summary>
    public string? Match(IReadOnlyList<string> path)
    {
        var value = "";
        for (var i = 0; i < _template.Length; i++)
        {
            if (WithSlashes.Contains(_template[i]))
            {
                return string.Join('/', path.Skip(i));
            }

            var isParameter = _template[i][0] == '{';
            if (i >= path.Count || (!isParameter && _template[i] != path[i]))
            {
                return null;
            }

            value = isParameter ? path[i] : value;
        }

        return path.Count == _template.Length ? value : null;
    }

    public override string ToString() => $"{Method} {Template}";
}
