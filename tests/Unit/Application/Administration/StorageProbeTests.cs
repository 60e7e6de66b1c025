using Microsoft.Extensions.Time.Testing;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Support;

namespace PyWharf.Unit.Application.Administration;

public sealed class StorageProbeTests
{
    private static readonly StorageCondition Well = new(null, null);

    [Fact]
    public async Task However_many_ask_the_storage_is_asked_once_a_second()
    {
        var (asked, time) = (0, new FakeTimeProvider());
        var probe = new StorageProbe(() => new StorageCondition(null, new Failure(FailureKind.OutOfSpace, $"{++asked}")), time);

        foreach (var _ in Enumerable.Range(0, 10))
        {
            Assert.Equal("1", (await probe.AskAsync(default)).Writing?.Message);
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("2", (await probe.AskAsync(default)).Writing?.Message);
    }

    [Fact]
    public async Task A_storage_that_never_answers_keeps_nobody_and_is_not_asked_again_meanwhile()
    {
        var (asked, time) = (0, new SkippingTime());
        using var over = new ManualResetEventSlim();
        var probe = new StorageProbe(
            () =>
            {
                asked++;
                over.Wait();

                return Well;
            },
            time);

        foreach (var _ in Enumerable.Range(0, 10))
        {
            var condition = await probe.AskAsync(default);

            Assert.Contains("does not answer", condition.Reading?.Message, StringComparison.Ordinal);
            time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.InRange(asked, 0, 1); // the thread that asks may not have begun
        over.Set();
    }
}
