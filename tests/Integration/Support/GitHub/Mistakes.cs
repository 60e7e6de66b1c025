using System.Collections.Concurrent;

namespace PyWharf.Integration.Support.GitHub;

/// <summary>What the fake did that GitHub does not, and what it let pass that GitHub refuses: a test in which there is any proves nothing.</summary>
internal sealed class Mistakes
{
    private readonly ConcurrentQueue<string> _found = [];

    public IReadOnlyCollection<string> Found => _found;

    /// <summary>Fails the test in which there was one.</summary>
    public void ThrowIfAny()
    {
        if (!_found.IsEmpty)
        {
            throw new InvalidOperationException($"The fake GitHub is not like the real one:\n{string.Join('\n', _found.Distinct())}");
        }
    }

    internal void Add(string mistake) => _found.Enqueue(mistake);

    /// <summary>Holds an answer of the API, and the request if it was accepted, against GitHub's description, where that is at hand.</summary>
    internal void Check(Call call, Reply reply)
    {
        if (call.Origin is not (Origin.Api or Origin.Uploads) || GitHubDescription.Current is not { } description)
        {
            return;
        }

        var accepted = reply.Status is >= 200 and < 300;
        foreach (var mistake in new[] { description.MistakeIn(call, reply), accepted ? description.MistakeInRequest(call) : null })
        {
            if (mistake is not null)
            {
                Add(mistake);
            }
        }
    }
}
