using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

[Collection(ServerFixture.Name)]
public sealed class ConcurrentUploadTests(ServerFixture server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _writer = server.Writer();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task Of_two_uploads_of_one_name_at_once_exactly_one_is_published()
    {
        for (var round = 1; round <= 10; round++)
        {
            Distribution[] rivals = [Wheels.Build("rivals", $"{round}.0"), Wheels.Build("rivals", $"{round}.0", payload: 1000)];

            var answers = await Task.WhenAll(rivals.Select(_writer.UploadAsync));

            Assert.Equal([200, 409], answers.Select(answer => answer.Status).Order());
            var winner = rivals[Array.FindIndex(answers, answer => answer.Status == 200)];
            Assert.Equal(winner.Content, (await _reader.AskAsync($"/simple/rivals/{winner.Filename}")).With(200).Bytes);
        }
    }

    [Fact]
    public async Task The_same_file_from_many_at_once_is_fine_for_all()
    {
        var wheel = Wheels.Build("same-for-all", "1.0");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _writer.UploadAsync(wheel)));

        Assert.All(answers, answer => answer.With(200));
        Assert.Single(await _reader.FilenamesAsync("same-for-all"));
    }

    [Fact]
    public async Task Every_upload_that_was_acknowledged_is_listed_and_every_file_that_is_listed_can_be_had()
    {
        var wheels = Enumerable.Range(1, 40).Select(number => Wheels.Build("crowded", $"{number}.0")).ToList();
        using var done = new CancellationTokenSource();
        var reading = ReadAllListedAsync(done.Token);

        await Parallel.ForEachAsync(wheels, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (wheel, _) =>
        {
            (await _writer.UploadAsync(wheel)).With(200);
            Assert.Contains(wheel.Filename, await _reader.FilenamesAsync("crowded"));
        });
        await done.CancelAsync();
        await reading;

        Assert.Equal(wheels.Select(wheel => wheel.Filename).Order(StringComparer.Ordinal), await _reader.FilenamesAsync("crowded"));
    }

    private async Task ReadAllListedAsync(CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            foreach (var filename in await _reader.FilenamesAsync("crowded"))
            {
                (await _reader.AskAsync(HttpMethod.Head, $"/simple/crowded/{filename}")).With(200);
            }
        }
    }
}
