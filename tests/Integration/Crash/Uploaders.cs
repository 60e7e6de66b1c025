using System.Collections.Concurrent;
using System.Net;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Crash;

/// <summary>Clients that upload one new file after the other, all at the same time, until they are told to stop or the server is gone.</summary>
/// <param name="clients">One for each.</param>
/// <param name="prefix">Begins the names of their projects.</param>
internal sealed class Uploaders(IReadOnlyList<HttpClient> clients, string prefix)
{
    private const int Projects = 5;

    private readonly ConcurrentDictionary<string, string> _acknowledged = new();
    private int _started;

    /// <summary>File names and digests of the uploads that were answered 200.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => _acknowledged;

    /// <summary>Uploads until there have been so many, or until the server has gone; any answer but 200 fails the test.</summary>
    /// <param name="total">How many files to begin to upload.</param>
    /// <param name="acknowledged">Called after each.</param>
    public Task RunAsync(int total, Action<int>? acknowledged = null) =>
        Task.WhenAll(clients.Select(client => Task.Run(() => UploadAsync(client, total, acknowledged ?? (_ => { })))));

    private async Task UploadAsync(HttpClient client, int total, Action<int> acknowledged)
    {
        while (Interlocked.Increment(ref _started) is var number && number <= total)
        {
            var wheel = Wheels.Build($"{prefix}-{number % Projects}", $"1.{number}", payload: 20_000 * (number % 7), random: true);
            try
            {
                using var answer = await client.PostFileAsync(wheel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }
            catch (HttpRequestException)
            {
                return;
            }

            _acknowledged[wheel.Filename] = wheel.Sha256;
            acknowledged(_acknowledged.Count);
        }
    }
}
